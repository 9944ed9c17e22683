package io.mmulab.trace.replay;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;

/** A process of the trace: whose address space it uses, and what it touches when the trace shows no accesses. */
final class ReplayedProcess {
    /** An address space and how many processes use it. */
    static final class SharedSpace {
        final AddressSpace mm;
        int users = 1;

        SharedSpace(AddressSpace mm) {
            this.mm = mm;
        }
    }

    private static final int WORKING_SET = 16;

    final Map<Integer, MappedFile> fileOfDescriptor = new HashMap<>();
    final long[] workingSet = new long[WORKING_SET];
    int workingSetSize;
    int nextTouched;
    SharedSpace space;

    ReplayedProcess(SharedSpace space, @Nullable ReplayedProcess parent) {
        this.space = space;
        if (parent != null) {
            fileOfDescriptor.putAll(parent.fileOfDescriptor);
            System.arraycopy(parent.workingSet, 0, workingSet, 0, WORKING_SET);
            workingSetSize = parent.workingSetSize;
        }
    }

    /** Adds a writable private page, in place of the oldest once the set is full. */
    void remember(long page) {
        workingSet[workingSetSize % WORKING_SET] = page;
        workingSetSize++;
    }

    /** The next page of the working set in turn, or -1 if it is empty. */
    long nextPage() {
        if (workingSetSize == 0) {
            return -1;
        }
        int size = Math.min(workingSetSize, WORKING_SET);
        nextTouched = (nextTouched + 1) % size;
        return workingSet[nextTouched];
    }

    void forget() {
        fileOfDescriptor.clear();
        workingSetSize = 0;
        nextTouched = 0;
    }
}
