package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.AdviceHandler;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * MADV_FREE ({@code madvise_free_pte_range()} of {@code mm/madvise.c}): pages stay, old and clean, and are dropped by
 * reclaim unless they are written before; what is swapped out goes at once.
 */
final class LazyFreeAdvice implements AdviceHandler {
    private final AdvisedFolios folios;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;

    LazyFreeAdvice(AdvisedFolios folios, PageTableOps ops, PmdOps pmds, Frames frames, Lru lru, SwapArea swap,
            MmuGather gather, MmuNotifiers notifiers, CurrentActor current) {
        this.folios = folios;
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.gather = gather;
        this.notifiers = notifiers;
        this.current = current;
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        if (vma.has(VmFlags.LOCKED | VmFlags.PFNMAP | VmFlags.HUGETLB) || !vma.isAnonymous()) {
            return Errno.EINVAL.returned();
        }
        lru.drain();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, end,
                Cause.MADVISE_FREE_SINGLE_VMA);
        folios.walk(mm, start, end, (from, to) -> {
            if (!folios.isHuge(mm, from) || splitPart(mm, from, to)) {
                gather.batchedPending(mm);
                folios.entries(mm, from, to, (at, pte) -> entry(mm, at, to, pte));
            }
        });
        gather.endVma(mm, Cause.MADVISE_FREE_SINGLE_VMA);
        notifiers.rangeEnd(window);
        return 0;
    }

    /** {@code madvise_free_huge_pmd}: whether there are PTEs now, to be looked at one by one. */
    private boolean splitPart(AddressSpace mm, long start, long end) {
        long pmd = pmds.get(mm, start);
        int head = Pte.frame(pmd);
        if (frames.isZeroPage(head) || !frames.has(head, Frames.ANON) || folios.isShared(head)) {
            return false;
        }
        if (end - start != pmds.size()) {
            return folios.split(head);
        }
        current.get().lock(LockKind.PTL);
        frames.clear(head, Frames.DIRTY);
        if (Pte.young(pmd) || Pte.dirty(pmd)) {
            pmds.set(mm, start, Pte.mkold(Pte.mkclean(pmds.invalidate(mm, start))));
            gather.addPage(start, pmds.size());
        }
        lru.markLazyfree(head);
        current.get().unlock(LockKind.PTL);
        return false;
    }

    /** What an entry stands for is freed, or made free to go; how many entries are done. */
    private int entry(AddressSpace mm, long at, long end, long pte) {
        if (Pte.isSwap(pte)) {
            swap.release(Pte.frame(pte));
            mm.addSwapEntries(-1);
            clear(mm, at);
        } else if (Pte.isHwpoison(pte) || Pte.isMarker(pte, Pte.MARKER_POISONED)) {
            clear(mm, at);
        } else if (Pte.present(pte) && !Pte.special(pte)) {
            return pages(mm, at, end, pte);
        }
        return 1;
    }

    private void clear(AddressSpace mm, long at) {
        current.get().lock(LockKind.PTL);
        ops.setPte(mm, at, Pte.NONE);
        current.get().unlock(LockKind.PTL);
    }

    private int pages(AddressSpace mm, long at, long end, long pte) {
        int head = frames.head(Pte.frame(pte));
        int nr = frames.order(head) == 0 ? 1 : folios.takeLarge(mm, at, pte, end, frames.mapcount(head));
        if (nr <= 0) {
            return nr == AdvisedFolios.STOP ? nr : -nr;
        }
        if (!isCleanable(head)) {
            return nr;
        }
        current.get().lock(LockKind.PTL);
        if (folios.any(mm, at, nr, Pte.ACCESSED | Pte.DIRTY)) {
            ops.clearYoungDirty(mm, at, nr, Pte.ACCESSED | Pte.DIRTY);
            gather.addPtes(at, nr * mm.pageSize());
        }
        lru.markLazyfree(head);
        current.get().unlock(LockKind.PTL);
        return nr;
    }

    /** A folio that is dirty, or in the swap cache, is freed of that first, if nobody else maps it. */
    private boolean isCleanable(int head) {
        boolean inSwapCache = frames.has(head, Frames.SWAPCACHE);
        if (!inSwapCache && !frames.has(head, Frames.DIRTY)) {
            return true;
        }
        if (frames.folioMapcount(head) != frames.pages(head) || (inSwapCache && !swap.freeSwap(head))) {
            return false;
        }
        frames.clear(head, Frames.DIRTY);
        return true;
    }
}
