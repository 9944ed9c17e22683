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
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.tlb.UnmapBatch;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code try_to_unmap()} of {@code mm/rmap.c}: takes every entry that maps a folio away, one window a VMA. An anonymous page
 * leaves its swap entry behind, one that MADV_FREE made lazy nothing, one that has failed a poisoned entry.
 */
public final class TryToUnmap {
    /** {@code TTU_IGNORE_MLOCK}: locked VMAs too. */
    public static final int IGNORE_MLOCK = 0x8;
    /** {@code TTU_HWPOISON}: poisoned entries for memory that has failed. */
    public static final int HWPOISON = 0x20;
    /** {@code TTU_BATCH_FLUSH}: flushes may be put off. */
    public static final int BATCH_FLUSH = 0x40;

    private final Rmap rmap;
    private final PageTableOps ops;
    private final SplitHugePmd split;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final UnmapBatch batch;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean flushesRange;
    private final boolean splitsInWindow;
    private final boolean batches;

    /** For one machine. */
    public TryToUnmap(KernelVersion version, Rmap rmap, PageTableOps ops, SplitHugePmd split, Frames frames, Lru lru,
            SwapArea swap, UnmapBatch batch, MmuNotifiers notifiers, CurrentActor current) {
        this.rmap = rmap;
        this.ops = ops;
        this.split = split;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.batch = batch;
        this.notifiers = notifiers;
        this.current = current;
        this.flushesRange = version.has(VersionRule.UNMAP_FLUSHES_RANGE);
        this.batches = version.has(VersionRule.UNMAP_IN_BATCHES);
        this.splitsInWindow = version.has(VersionRule.UNMAP_SPLITS_IN_WINDOW);
    }

    /** Unmaps a folio; what remains mapped is for the caller to see. */
    public void unmap(int head, int flags) {
        rmap.walkFolio(head, (mm, vma, address) -> one(mm, vma, address, head, flags)
                && frames.folioMapcount(head) > 0);
    }

    /** {@code try_to_unmap_flush}. */
    void flush() {
        batch.flush();
    }

    /** {@code try_to_unmap_one}: whether to go on. */
    private boolean one(AddressSpace mm, Vma vma, long address, int head, int flags) {
        if (!splitsInWindow && frames.order(head) == frames.hugeOrder()) {
            split.splitAddress(mm, vma, address);
        }
        long end = frames.order(head) == 0 ? address + mm.pageSize() : rmap.end(mm, vma, head);
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, address, end,
                Cause.TRY_TO_UNMAP_ONE);
        boolean done = true;
        for (long at = address; done && at < end; at += mm.pageSize()) {
            long pte = ops.get(mm, at);
            if (Pte.isHuge(pte) && Rmap.mapsFolio(frames, pte, head)) {
                split.splitInWindow(mm, vma, at);
                pte = ops.get(mm, at);
            }
            if (Rmap.mapsFolio(frames, pte, head)) {
                int nr = batchLength(mm, vma, at, pte, flags);
                done = pages(mm, vma, at, Pte.frame(pte), nr, flags);
                at += (nr - 1) * mm.pageSize();
            }
        }
        notifiers.rangeEnd(window);
        return done;
    }

    /** {@code folio_unmap_pte_batch}: lazily freed folios and those of files go at once, within a table of PTEs. */
    private int batchLength(AddressSpace mm, Vma vma, long at, long pte, int flags) {
        int head = frames.head(Pte.frame(pte));
        if (!batches || (flags & HWPOISON) != 0 || frames.order(head) == 0
                || (frames.has(head, Frames.ANON) && frames.has(head, Frames.SWAPBACKED))) {
            return 1;
        }
        long table = 1L << mm.pageTable().levelShift(1);
        return ops.batches().lengthRespectingWrite(mm, at, pte, Math.min(vma.end(), (at & -table) + table), Pte.DIRTY);
    }

    private boolean pages(AddressSpace mm, Vma vma, long at, int frame, int nr, int flags) {
        if ((flags & IGNORE_MLOCK) == 0 && vma.has(VmFlags.LOCKED)) {
            frames.set(frames.head(frame), Frames.UNEVICTABLE);
            return false;
        }
        current.get().lock(LockKind.PTL);
        boolean unmapped = clear(mm, vma, at, frame, nr, flags);
        current.get().unlock(LockKind.PTL);
        return unmapped;
    }

    private boolean clear(AddressSpace mm, Vma vma, long at, int frame, int nr, int flags) {
        long pte = clearAndFlush(mm, at, nr, (flags & BATCH_FLUSH) != 0);
        for (int i = 0; i < nr && Pte.uffdWp(pte) && !vma.isAnonymous(); i++) {
            ops.setPte(mm, at + i * mm.pageSize(), Pte.marker(Pte.MARKER_UFFD_WP));
        }
        if (Pte.dirty(pte)) {
            frames.markDirty(frame);
        }
        boolean anon = frames.has(frame, Frames.ANON);
        if ((flags & HWPOISON) != 0 && frames.has(frame, Frames.HWPOISON)) {
            ops.setPte(mm, at, Pte.of(frame, Pte.HWPOISON));
        } else if (anon && !clearAnon(mm, at, frame, pte)) {
            ops.setPtes(mm, at, pte, nr);
            return false;
        }
        for (int i = 0; i < nr; i++) {
            mm.countOut(vma, anon);
            frames.removeRmap(frame + i, mm.id());
        }
        for (int i = 0; i < nr; i++) {
            frames.put(frame);
        }
        return true;
    }

    private long clearAndFlush(AddressSpace mm, long at, int nr, boolean mayDefer) {
        if (mayDefer && batch.defers()) {
            long pte = ops.getAndClear(mm, at, ops.get(mm, at), nr);
            if (Pte.valid(pte)) {
                batch.add(mm, at, at + nr * mm.pageSize(), Cause.TRY_TO_UNMAP_ONE);
            }
            return pte;
        }
        return flushesRange ? ops.clearFlushRange(mm, at, nr, Cause.TRY_TO_UNMAP_ONE) : ops.clearFlush(mm, at);
    }

    /** What an anonymous page leaves behind; whether it may go. */
    private boolean clearAnon(AddressSpace mm, long at, int frame, long pte) {
        int head = frames.head(frame);
        if (!frames.has(head, Frames.SWAPBACKED)) {
            return discardLazy(mm, at, head);
        }
        if (!frames.has(frame, Frames.SWAPCACHE)) {
            return false;
        }
        boolean exclusive = frames.has(frame, Frames.ANON_EXCLUSIVE);
        if (exclusive && frames.maybeDmaPinned(head)) {
            return false;
        }
        int slot = swap.slotOf(frame);
        swap.duplicate(slot);
        frames.clear(frame, Frames.ANON_EXCLUSIVE);
        mm.addSwapEntries(1);
        ops.setPte(mm, at, Pte.of(slot, Pte.SWAP | (exclusive ? Pte.SWP_EXCLUSIVE : 0)
                | (pte & (Pte.SOFT_DIRTY | Pte.UFFD_WP))));
        ops.invalidateAfterUnmap(mm, at);
        return true;
    }

    /** A lazily freed page may go if nobody but its mappings and the isolation has a reference, and it is clean. */
    private boolean discardLazy(AddressSpace mm, long at, int head) {
        boolean dirty = frames.has(head, Frames.DIRTY);
        if (lru.refcount(head) == 1 + frames.folioMapcount(head) && !dirty) {
            ops.invalidateAfterUnmap(mm, at);
            return true;
        }
        if (dirty || !batches) {
            frames.set(head, Frames.SWAPBACKED);
        }
        return false;
    }
}
