package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code mincore} of {@code mm/mincore.c}: which pages are in memory. The caller may write every file it maps. */
public final class Mincore {
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final int pageShift;

    /** Takes the answer, page by page from the first. */
    public interface Vector {
        /** The next page. */
        void add(boolean resident);
    }

    /** For one machine. */
    public Mincore(Architecture architecture, CurrentActor current, SimulatedClock clock) {
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        this.pageShift = architecture.pageShift();
    }

    /**
     * Looks at {@code [start, start + length)}.
     *
     * @param vector gets the pages before the first hole, too
     * @return 0 or a negative {@link Errno}
     */
    public long look(AddressSpace mm, long start, long length, Vector vector) {
        clock.advance(cost);
        long mask = mm.pageSize() - 1;
        if ((start & mask) != 0) {
            return Errno.EINVAL.returned();
        }
        boolean outside = length < 0 || Long.compareUnsigned(start, mm.taskSize()) > 0
                || Long.compareUnsigned(length, mm.taskSize() - start) > 0;
        if (outside) {
            return Errno.ENOMEM.returned();
        }
        long end = start + ((length + mask) & ~mask);
        current.get().lock(LockKind.MMAP_READ);
        long error = 0;
        for (long at = start; error == 0 && at < end; at += mm.pageSize()) {
            Vma vma = mm.vmas().lookup(at);
            if (vma == null) {
                error = Errno.ENOMEM.returned();
            } else {
                vector.add(isResident(mm, vma, at));
            }
        }
        current.get().unlock(LockKind.MMAP_READ);
        return error;
    }

    /** {@code mincore_pte_range}: where no entry is, the page cache is asked. */
    private boolean isResident(AddressSpace mm, Vma vma, long page) {
        long pte = mm.pageTable().get(page);
        if (pte != Pte.NONE && Pte.kind(pte) != Pte.MARKER) {
            return Pte.present(pte) || Pte.kind(pte) != Pte.SWAP;
        }
        MappedFile file = vma.file();
        return file != null && file.cachedFrame(vma.pgoff() + ((page - vma.start()) >> pageShift)) != Frames.NO_FRAME;
    }
}
