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
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.syscall.AdviceHandler;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Madv;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * MADV_COLD and MADV_PAGEOUT ({@code madvise_cold_or_pageout_pte_range()} of {@code mm/madvise.c}): pages that only this
 * entry maps become old, or are reclaimed at once, a page table at a time.
 */
final class PageoutAdvice implements AdviceHandler {
    private final AdvisedFolios folios;
    private final ShrinkFolioList shrink;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final Lru lru;
    private final MmuGather gather;
    private final CurrentActor current;
    private final boolean pageoutAges;
    private int[] isolated = new int[64];
    private int count;

    PageoutAdvice(KernelVersion version, AdvisedFolios folios, ShrinkFolioList shrink, PageTableOps ops, PmdOps pmds,
            Frames frames, Lru lru, MmuGather gather, CurrentActor current) {
        this.folios = folios;
        this.shrink = shrink;
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.lru = lru;
        this.gather = gather;
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
        boolean pageout = advice == Madv.PAGEOUT;
        folios.walk(mm, start, end, (from, to) -> range(mm, from, to, pageout));
        gather.endVma(mm, pageout ? Cause.MADVISE_PAGEOUT : Cause.MADVISE_COLD);
        gather.finish(mm);
        return 0;
    }

    private void range(AddressSpace mm, long start, long end, boolean pageout) {
        count = 0;
        if (!folios.isHuge(mm, start) || splitPart(mm, start, end, pageout)) {
            gather.batchedPending(mm);
            folios.entries(mm, start, end, (at, pte) -> entry(mm, at, end, pte, pageout));
        }
        shrink.reclaim(isolated, count, !pageoutAges);
    }

    /** A huge leaf, as a whole or not; whether there are PTEs now, to be looked at one by one. */
    private boolean splitPart(AddressSpace mm, long start, long end, boolean pageout) {
        long pmd = pmds.get(mm, start);
        int head = Pte.frame(pmd);
        if (frames.isZeroPage(head) || folios.isShared(head)) {
            return false;
        }
        if (end - start != pmds.size()) {
            return folios.split(head);
        }
        current.get().lock(LockKind.PTL);
        if (Pte.young(pmd) && pageoutAges) {
            pmds.set(mm, start, Pte.mkold(pmds.invalidate(mm, start)));
            gather.addPage(start, pmds.size());
        } else if (!pageout && pmds.testAndClearYoung(mm, start)) {
            gather.addPage(start, pmds.size());
        }
        current.get().unlock(LockKind.PTL);
        hand(head, pageout);
        return false;
    }

    /** Other mappings of the page are not interfered with; pages on no list are left alone. */
    private int entry(AddressSpace mm, long at, long end, long pte, boolean pageout) {
        if (!Pte.present(pte) || Pte.special(pte)) {
            return 1;
        }
        int frame = Pte.frame(pte);
        int head = frames.head(frame);
        int nr = frames.order(head) == 0 ? 1 : folios.takeLarge(mm, at, pte, end, frames.mapcount(frame));
        if (nr <= 0) {
            return nr == AdvisedFolios.STOP ? nr : -nr;
        }
        if (frames.folioMapcount(head) != frames.pages(head) || !lru.isOnLru(head)) {
            return nr;
        }
        current.get().lock(LockKind.PTL);
        if ((!pageout || pageoutAges) && folios.any(mm, at, nr, Pte.ACCESSED)) {
            ops.clearYoungDirty(mm, at, nr, Pte.ACCESSED);
            gather.addPtes(at, nr * mm.pageSize());
        }
        current.get().unlock(LockKind.PTL);
        hand(head, pageout);
        return nr;
    }

    private void hand(int head, boolean pageout) {
        frames.clear(head, Frames.REFERENCED);
        if (!pageout) {
            lru.deactivate(head);
        } else if (!frames.has(head, Frames.UNEVICTABLE)) {
            isolate(head);
        }
    }

    private void isolate(int head) {
        if (count == isolated.length) {
            isolated = Arrays.copyOf(isolated, count * 2);
        }
        frames.get(head);
        isolated[count++] = head;
    }
}
