package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.AdviceHandler;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * MADV_FREE ({@code madvise_free_pte_range()} of {@code mm/madvise.c}): pages stay, old and clean, and are dropped by
 * reclaim unless they are written before; what is swapped out goes at once.
 */
final class LazyFreeAdvice implements AdviceHandler {
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final MmuGather gather;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean flushesOnce;

    LazyFreeAdvice(KernelVersion version, PageTableOps ops, Frames frames, Lru lru, SwapArea swap, MmuGather gather,
            TlbFlush tlb,
            MmuNotifiers notifiers, CurrentActor current) {
        this.ops = ops;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.gather = gather;
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.current = current;
        this.flushesOnce = version.has(VersionRule.MADVISE_FLUSHES_ONCE);
    }

    @Override
    public void begin() {
        if (flushesOnce) {
            gather.begin(false);
        }
    }

    @Override
    public void finish(AddressSpace mm) {
        if (flushesOnce) {
            gather.finish(mm);
        }
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        if (vma.has(VmFlags.LOCKED | VmFlags.PFNMAP | VmFlags.HUGETLB) || !vma.isAnonymous()) {
            return Errno.EINVAL.returned();
        }
        lru.drain();
        if (!flushesOnce) {
            gather.begin(false);
        }
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, end,
                Cause.MADVISE_FREE_SINGLE_VMA);
        PageTable table = mm.pageTable();
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            tlb.batchedPending(mm);
            current.get().lock(LockKind.PTL);
            entry(mm, at, ops.get(mm, at));
            current.get().unlock(LockKind.PTL);
        }
        gather.endVma(mm, Cause.MADVISE_FREE_SINGLE_VMA);
        notifiers.rangeEnd(window);
        if (!flushesOnce) {
            gather.finish(mm);
        }
        return 0;
    }

    private void entry(AddressSpace mm, long at, long pte) {
        if (Pte.isSwap(pte)) {
            swap.release(Pte.frame(pte));
            mm.addSwapEntries(-1);
            ops.setPte(mm, at, Pte.NONE);
        } else if (Pte.kind(pte) == Pte.HWPOISON || Pte.isMarker(pte, Pte.MARKER_POISONED)) {
            ops.setPte(mm, at, Pte.NONE);
        } else if (Pte.present(pte) && !Pte.special(pte) && !Pte.isHuge(pte)) {
            page(mm, at, pte);
        }
    }

    private void page(AddressSpace mm, long at, long pte) {
        int frame = Pte.frame(pte);
        if (frames.order(frame) > 0 || !isCleanable(frame)) {
            return;
        }
        if (Pte.young(pte) || Pte.dirty(pte)) {
            ops.clearYoungDirty(mm, at, 1, Pte.ACCESSED | Pte.DIRTY);
            gather.addPage(at, mm.pageSize());
        }
        lru.markLazyfree(frame);
    }

    /** A page that is dirty, or in the swap cache, is freed of that first, if nobody else maps it. */
    private boolean isCleanable(int frame) {
        boolean inSwapCache = frames.has(frame, Frames.SWAPCACHE);
        if (!inSwapCache && !frames.has(frame, Frames.DIRTY)) {
            return true;
        }
        if (frames.mapcount(frame) != 1 || (inSwapCache && !swap.freeSwap(frame))) {
            return false;
        }
        frames.clear(frame, Frames.DIRTY);
        return true;
    }
}
