package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaMerge;

/** {@code expand_downwards}: a fault just below a VMA that grows down extends it. */
public final class ExpandStack implements PageFault.StackGrowth {
    /** {@code RLIMIT_STACK}, the usual 8 MiB. */
    private static final long STACK_LIMIT = 8L << 20;

    @Override
    public @Nullable Vma expand(AddressSpace mm, long address) {
        Vma vma = mm.vmas().find(address);
        if (vma == null || !vma.has(VmFlags.GROWSDOWN)) {
            return null;
        }
        long start = address & -mm.pageSize();
        if (start < UnmappedArea.MMAP_MIN_ADDRESS || vma.end() - start > STACK_LIMIT) {
            return null;
        }
        Vma previous = mm.vmas().before(start);
        boolean guarded = previous != null && !previous.has(VmFlags.GROWSDOWN) && previous.has(VmFlags.ACCESS)
                && start - previous.end() < UnmappedArea.STACK_GUARD_PAGES * mm.pageSize();
        if (guarded) {
            return null;
        }
        mm.addTotalPages((vma.start() - start) / mm.pageSize());
        VmaMerge merge = mm.merge();
        merge.growDown(vma, start);
        return vma;
    }
}
