package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.tlb.UnmapBatch;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;

/**
 * {@code shrink_folio_list()} of {@code mm/vmscan.c}: tries to free pages that were isolated from the LRU, each with one
 * reference for that. Dirty pages of a disk's files are left to writeback; pages of a tmpfs go to swap like anonymous ones.
 */
final class ShrinkFolioList {
    private final TryToUnmap unmap;
    private final FolioReferenced referenced;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final UnmapBatch batch;
    private final SplitFolio split;
    private final boolean splitsShmem;
    private final boolean splitsWithoutPmd;
    private final boolean tailsFromEnd;
    private final IntStack pending = new IntStack();
    private final IntStack kept = new IntStack();
    private final IntStack freed = new IntStack();

    /** {@code enum folio_references}. */
    private enum References {
        RECLAIM,
        RECLAIM_CLEAN,
        KEEP,
        ACTIVATE
    }

    ShrinkFolioList(KernelVersion version, TryToUnmap unmap, SplitFolio split, FolioReferenced referenced,
            Frames frames, Lru lru, SwapArea swap, UnmapBatch batch) {
        this.unmap = unmap;
        this.referenced = referenced;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.batch = batch;
        this.split = split;
        this.splitsShmem = !version.has(VersionRule.SHMEM_SWAPS_LARGE_FOLIOS);
        this.splitsWithoutPmd = !version.has(VersionRule.MULTI_SIZE_THP);
        this.tailsFromEnd = version.has(VersionRule.SPLIT_ADDS_TAILS_ASCENDING);
    }

    /**
     * {@code reclaim_pages}: tries to free the first {@code count} of some isolated folios; those that stay go back to the
     * LRU.
     *
     * @param ignoreReferences whether folios go that have been used since they were looked at last
     */
    void reclaim(int[] isolated, int count, boolean ignoreReferences) {
        for (int i = count - 1; i >= 0; i--) {
            pending.push(isolated[i]);
        }
        while (!pending.isEmpty()) {
            int folio = pending.pop();
            frames.clear(folio, Frames.ACTIVE);
            (shrink(folio, ignoreReferences) ? freed : kept).push(folio);
        }
        batch.flush();
        while (!kept.isEmpty()) {
            int folio = kept.pop();
            lru.add(folio);
            frames.put(folio);
        }
        while (!freed.isEmpty()) {
            frames.put(freed.pop());
        }
    }

    /** Whether only the isolation's reference is left; it goes after the flush. */
    private boolean shrink(int page, boolean ignoreReferences) {
        References references = ignoreReferences ? References.RECLAIM : checkReferences(page);
        if (references == References.KEEP) {
            return false;
        }
        if (references == References.ACTIVATE || !hasPlaceInSwap(page) || !isUnmapped(page)
                || frames.maybeDmaPinned(page)) {
            return activate(page);
        }
        if (frames.has(page, Frames.DIRTY) && (references == References.RECLAIM_CLEAN || !pageout(page))) {
            return references != References.RECLAIM_CLEAN && activate(page);
        }
        return free(page);
    }

    private boolean activate(int page) {
        if (!frames.has(page, Frames.UNEVICTABLE)) {
            frames.set(page, Frames.ACTIVE);
        }
        return false;
    }

    /** {@code folio_check_references}. */
    private References checkReferences(int page) {
        int used = referenced.count(page);
        boolean marked = frames.has(page, Frames.REFERENCED);
        frames.clear(page, Frames.REFERENCED);
        long through = referenced.vmFlags();
        boolean file = isFile(page);
        if ((through & VmFlags.LOCKED) != 0) {
            return References.ACTIVATE;
        }
        if (used > 0) {
            frames.set(page, Frames.REFERENCED);
            boolean hot = marked || used > 1 || ((through & VmFlags.EXEC) != 0 && file);
            return hot ? References.ACTIVATE : References.KEEP;
        }
        return marked && file ? References.RECLAIM_CLEAN : References.RECLAIM;
    }

    /** {@code folio_is_file_lru}. */
    private boolean isFile(int page) {
        return !frames.has(page, Frames.SWAPBACKED);
    }

    /** Anonymous pages that are not lazily freed need a place in swap before they are unmapped. */
    private boolean hasPlaceInSwap(int page) {
        if (!frames.has(page, Frames.SWAPBACKED)) {
            return true;
        }
        if (!frames.has(page, Frames.ANON)) {
            return frames.order(page) == 0 || !splitsShmem || splitToList(page);
        }
        if (frames.has(page, Frames.SWAPCACHE)) {
            return true;
        }
        if (frames.maybeDmaPinned(page)) {
            return false;
        }
        if (frames.order(page) == 0) {
            return swap.add(page);
        }
        return split.canSplit(page) && (!isWorthSplitting(page) || splitToList(page))
                && (swap.add(page) || (frames.order(page) > 0 && splitToList(page) && swap.add(page)));
    }

    /** Whether unmapped parts of a large folio can be freed without I/O; before 6.11: whether no huge entry maps it. */
    private boolean isWorthSplitting(int head) {
        if (splitsWithoutPmd) {
            return frames.entireMapcount(head) == 0;
        }
        boolean partly = false;
        for (int page = head; page < head + frames.pages(head); page++) {
            partly |= frames.mapcount(page) == 0;
        }
        return partly;
    }

    /** {@code split_folio_to_list}: the other pages come next, each with a reference for the list. */
    private boolean splitToList(int head) {
        int pages = frames.pages(head);
        if (!split.split(head, frames::get)) {
            return false;
        }
        for (int i = 1; i < pages; i++) {
            pending.push(tailsFromEnd ? head + i : head + pages - i);
        }
        return true;
    }

    private boolean isUnmapped(int page) {
        if (frames.folioMapcount(page) > 0) {
            unmap.unmap(page, TryToUnmap.BATCH_FLUSH);
        }
        return frames.folioMapcount(page) == 0;
    }

    /** {@code pageout}: writes a dirty page; false if it cannot be written now. */
    private boolean pageout(int page) {
        if (isFile(page)) {
            return false;
        }
        batch.flush();
        if (lru.refcount(page) != 1 + frames.pages(page)) {
            return false;
        }
        if (frames.has(page, Frames.SWAPCACHE)) {
            swap.write(page);
            return true;
        }
        return frames.mapping(page) instanceof MappedFile file && writeShmem(file, page);
    }

    /** {@code shmem_writepage}: the file remembers the slots in the pages' places. */
    private boolean writeShmem(MappedFile file, int head) {
        if (!swap.add(head)) {
            return false;
        }
        swap.write(head);
        long first = frames.index(head);
        for (int i = 0; i < frames.pages(head); i++) {
            int slot = swap.slotOf(head + i);
            swap.duplicate(slot);
            file.swapOut(first + i, slot, swap, frames);
        }
        return true;
    }

    /** {@code __remove_mapping}, or the last reference of a lazily freed page: nobody else may have one. */
    private boolean free(int page) {
        boolean lazy = frames.has(page, Frames.ANON) && isFile(page);
        if (lru.refcount(page) != (lazy ? 1 : 1 + frames.pages(page)) || (!lazy && frames.has(page, Frames.DIRTY))) {
            return false;
        }
        return lazy || removeMapping(page);
    }

    private boolean removeMapping(int page) {
        if (frames.has(page, Frames.SWAPCACHE)) {
            swap.removeFromCache(page);
            return true;
        }
        if (frames.mapping(page) instanceof MappedFile file) {
            long first = frames.index(page);
            int pages = frames.pages(page);
            for (int i = 0; i < pages; i++) {
                file.remove(first + i, frames);
            }
            return true;
        }
        return false;
    }
}
