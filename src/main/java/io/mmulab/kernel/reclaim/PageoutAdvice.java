package io.mmulab.kernel.reclaim;

import java.util.Arrays;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.syscall.AdviceHandler;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Madv;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * MADV_COLD and MADV_PAGEOUT ({@code madvise_cold_or_pageout_pte_range()} of {@code mm/madvise.c}): pages that only this
 * entry maps become old, or are reclaimed at once, a page table at a time.
 */
final class PageoutAdvice implements AdviceHandler {
    private final ShrinkFolioList shrink;
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final MmuGather gather;
    private final TlbFlush tlb;
    private final CurrentActor current;
    private final boolean pageoutAges;
    private int[] isolated = new int[64];
    private int count;

    PageoutAdvice(KernelVersion version, ShrinkFolioList shrink, PageTableOps ops, Frames frames, Lru lru,
            MmuGather gather, TlbFlush tlb, CurrentActor current) {
        this.shrink = shrink;
        this.ops = ops;
        this.frames = frames;
        this.lru = lru;
        this.gather = gather;
        this.tlb = tlb;
        this.current = current;
        this.pageoutAges = version.has(VersionRule.PAGEOUT_LOOKS_AT_REFERENCES);
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        if (vma.has(VmFlags.LOCKED | VmFlags.PFNMAP | VmFlags.HUGETLB)) {
            return Errno.EINVAL.returned();
        }
        lru.drain();
        gather.begin(false);
        long span = 1L << mm.pageTable().levelShift(1);
        for (long at = start; at < end; at = (at & -span) + span) {
            at = mm.pageTable().nextPopulated(at, end, 1);
            if (at < end) {
                table(mm, at, Math.min(end, (at & -span) + span), advice == Madv.PAGEOUT);
            }
        }
        gather.endVma(mm, advice == Madv.PAGEOUT ? Cause.MADVISE_PAGEOUT : Cause.MADVISE_COLD);
        gather.finish(mm);
        return 0;
    }

    private void table(AddressSpace mm, long start, long end, boolean pageout) {
        tlb.batchedPending(mm);
        count = 0;
        PageTable table = mm.pageTable();
        long pageSize = mm.pageSize();
        current.get().lock(LockKind.PTL);
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + pageSize, end)) {
            long pte = ops.get(mm, at);
            if (isOurs(pte)) {
                page(mm, at, pte, pageout);
            }
        }
        current.get().unlock(LockKind.PTL);
        shrink.reclaim(isolated, count, !pageoutAges);
    }

    /** Other mappings of the page are not interfered with; pages on no list are left alone. */
    private boolean isOurs(long pte) {
        if (!Pte.present(pte) || Pte.special(pte) || Pte.isHuge(pte)) {
            return false;
        }
        int frame = Pte.frame(pte);
        return frames.order(frame) == 0 && frames.mapcount(frame) == 1 && lru.isOnLru(frame);
    }

    private void page(AddressSpace mm, long at, long pte, boolean pageout) {
        int frame = Pte.frame(pte);
        if (Pte.young(pte) && (!pageout || pageoutAges)) {
            ops.clearYoungDirty(mm, at, 1, Pte.ACCESSED);
            gather.addPage(at, mm.pageSize());
        }
        frames.clear(frame, Frames.REFERENCED);
        if (!pageout) {
            lru.deactivate(frame);
        } else if (!frames.has(frame, Frames.UNEVICTABLE)) {
            isolate(frame);
        }
    }

    private void isolate(int frame) {
        if (count == isolated.length) {
            isolated = Arrays.copyOf(isolated, count * 2);
        }
        frames.get(frame);
        isolated[count++] = frame;
    }
}
