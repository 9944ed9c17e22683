package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code madvise}: {@code do_madvise()} for MADV_DONTNEED, MADV_FREE and MADV_WILLNEED. */
public final class Madvise {
    private static final int LAST_KNOWN_ADVICE = 25;

    private final PageTableOps ops;
    private final ZapPages zap;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;

    /** For one machine. */
    public Madvise(Architecture architecture, PageTableOps ops, ZapPages zap, MmuGather gather, MmuNotifiers notifiers,
            CurrentActor current, SimulatedClock clock) {
        this.ops = ops;
        this.zap = zap;
        this.gather = gather;
        this.notifiers = notifiers;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
    }

    /**
     * Advises about {@code [start, start + length)}.
     *
     * @return 0 or a negative {@link Errno}; holes are skipped and reported as ENOMEM at the end
     */
    public long advise(AddressSpace mm, long start, long length, int advice) {
        clock.advance(cost);
        if (advice < 0 || (advice > LAST_KNOWN_ADVICE && advice < 100) || advice > 101) {
            return Errno.EINVAL.returned();
        }
        if (advice != Mman.MADV_DONTNEED && advice != Mman.MADV_FREE && advice != Mman.MADV_WILLNEED) {
            throw new NotSimulatedException("madvise with advice " + advice);
        }
        long pageSize = mm.pageSize();
        long rounded = (length + pageSize - 1) & -pageSize;
        if ((start & (pageSize - 1)) != 0 || (length != 0 && rounded == 0)
                || Long.compareUnsigned(start + rounded, start) < 0) {
            return Errno.EINVAL.returned();
        }
        if (rounded == 0) {
            return 0;
        }
        current.get().lock(LockKind.MMAP_READ);
        long result = walk(mm, start, start + rounded, advice);
        current.get().unlock(LockKind.MMAP_READ);
        return result;
    }

    private long walk(AddressSpace mm, long start, long end, int advice) {
        long unmapped = 0;
        long at = start;
        while (at < end) {
            Vma vma = mm.vmas().find(at);
            if (vma == null || vma.start() >= end) {
                return Errno.ENOMEM.returned();
            }
            if (vma.start() > at) {
                unmapped = Errno.ENOMEM.returned();
                at = vma.start();
            }
            long stop = Math.min(end, vma.end());
            long error = advise(mm, vma, at, stop, advice);
            if (error != 0) {
                return error;
            }
            at = stop;
        }
        return unmapped;
    }

    private long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        if (advice == Mman.MADV_WILLNEED) {
            return 0;
        }
        if (vma.has(VmFlags.LOCKED) || (advice == Mman.MADV_FREE && !vma.isAnonymous())) {
            return Errno.EINVAL.returned();
        }
        gather.begin(false);
        boolean free = advice == Mman.MADV_FREE;
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, end,
                free ? Cause.MADVISE_FREE_SINGLE_VMA : Cause.ZAP_PAGE_RANGE_SINGLE);
        if (free) {
            markLazyFree(mm, start, end);
            gather.endVma(mm);
        } else {
            zap.vma(mm, vma, start, end);
        }
        notifiers.rangeEnd(window);
        gather.finish(mm);
        return 0;
    }

    /** {@code madvise_free_pte_range}: the pages stay, clean and old. */
    private void markLazyFree(AddressSpace mm, long start, long end) {
        PageTable table = mm.pageTable();
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            long pte = ops.get(mm, at);
            if (Pte.present(pte) && !Pte.special(pte) && (Pte.young(pte) || Pte.dirty(pte))) {
                current.get().lock(LockKind.PTL);
                ops.modifyProtection(mm, at, Pte.mkclean(Pte.mkold(pte)));
                gather.addPage(at, mm.pageSize());
                current.get().unlock(LockKind.PTL);
            }
        }
    }
}
