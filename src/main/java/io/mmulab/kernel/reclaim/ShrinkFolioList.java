package io.mmulab.kernel.reclaim;

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

    /** {@code enum folio_references}. */
    private enum References {
        RECLAIM,
        RECLAIM_CLEAN,
        KEEP,
        ACTIVATE
    }

    ShrinkFolioList(TryToUnmap unmap, FolioReferenced referenced, Frames frames, Lru lru, SwapArea swap,
            UnmapBatch batch) {
        this.unmap = unmap;
        this.referenced = referenced;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.batch = batch;
    }

    /**
     * {@code reclaim_pages}: tries to free the first {@code count} of some isolated pages; those that stay go back to the
     * LRU.
     *
     * @param ignoreReferences whether pages go that have been used since they were looked at last
     * @return pages freed
     */
    int reclaim(int[] isolated, int count, boolean ignoreReferences) {
        if (count == 0) {
            return 0;
        }
        int freed = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            frames.clear(isolated[i], Frames.ACTIVE);
            if (shrink(isolated[i], ignoreReferences)) {
                freed++;
            } else {
                kept = keep(isolated, kept, i);
            }
        }
        batch.flush();
        for (int i = 0; i < kept; i++) {
            lru.add(isolated[i]);
        }
        for (int i = 0; i < count; i++) {
            frames.put(isolated[i]);
        }
        return freed;
    }

    /** Moves one page to the front, where those are that stay. */
    private static int keep(int[] pages, int kept, int i) {
        int page = pages[i];
        pages[i] = pages[kept];
        pages[kept] = page;
        return kept + 1;
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
        if (!frames.has(page, Frames.ANON | Frames.SWAPBACKED) || frames.has(page, Frames.SWAPCACHE)) {
            return true;
        }
        return !frames.maybeDmaPinned(page) && swap.add(page);
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

    /** {@code shmem_writepage}: the file remembers the slot in the page's place. */
    private boolean writeShmem(MappedFile file, int page) {
        if (!swap.add(page)) {
            return false;
        }
        int slot = swap.slotOf(page);
        swap.duplicate(slot);
        file.swapOut(frames.index(page), slot, swap, frames);
        swap.write(page);
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
            file.remove(frames.index(page), frames);
            return true;
        }
        return false;
    }
}
