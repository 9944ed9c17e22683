package io.mmulab.kernel.reclaim;

import java.util.function.IntConsumer;

import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.migrate.MigratingFolio;
import io.mmulab.kernel.migrate.TryToMigrate;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.vma.MappedFile;

/**
 * {@code split_folio()} of {@code mm/huge_memory.c}: the pages of a large folio become folios of one page each. Nothing maps
 * them meanwhile: anonymous ones have migration entries, those of files are left to be faulted in again.
 */
public final class SplitFolio {
    /** What {@code __split_huge_page_tail} copies from the head. */
    private static final int INHERITED = Frames.REFERENCED | Frames.SWAPBACKED | Frames.UNEVICTABLE | Frames.ACTIVE
            | Frames.DIRTY;

    private final TryToMigrate migrate;
    private final TryToUnmap unmap;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;

    SplitFolio(TryToMigrate migrate, TryToUnmap unmap, Frames frames, Lru lru, SwapArea swap) {
        this.migrate = migrate;
        this.unmap = unmap;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
    }

    /** {@code can_split_folio}: nobody but its mappings, its cache and the caller holds a reference. */
    public boolean canSplit(int head) {
        return frames.folioMapcount(head) == lru.refcount(head) - cacheReferences(head) - 1;
    }

    private int cacheReferences(int head) {
        boolean cached = !frames.has(head, Frames.ANON) || frames.has(head, Frames.SWAPCACHE);
        return cached ? frames.pages(head) : 0;
    }

    /**
     * Splits a large folio of which the caller holds one reference; that stays with the first page.
     *
     * @return false if somebody else has a reference, or it belongs to nothing any more
     */
    public boolean split(int head) {
        return split(head, page -> {});
    }

    /** As {@link #split(int)}; the caller's reference stays with this page of the folio, which may be any. */
    public boolean splitAt(int page) {
        return split(frames.head(page), page, other -> {});
    }

    /** As {@link #split(int)}; each page but the first is shown before it may be freed. */
    boolean split(int head, IntConsumer tails) {
        return split(head, head, tails);
    }

    private boolean split(int head, int kept, IntConsumer others) {
        if (frames.mapping(head) == null || frames.isZeroPage(head) || !canSplit(head)) {
            return false;
        }
        MigratingFolio folio = new MigratingFolio(head);
        if (frames.has(head, Frames.ANON)) {
            migrate.unmapToSplit(folio);
        } else {
            unmap.unmap(head, TryToUnmap.IGNORE_MLOCK | TryToUnmap.BATCH_FLUSH);
            unmap.flush();
        }
        int pages = frames.pages(head);
        boolean still = frames.folioMapcount(head) > 0;
        if (!still) {
            splitFrames(head, pages);
        }
        migrate.restoreSplit(folio, !still);
        for (int page = head; !still && page < head + pages; page++) {
            if (page != kept) {
                others.accept(page);
                putTail(page);
            }
        }
        return !still;
    }

    /** {@code __split_huge_page}: each page has the caller's reference, and its own of the cache. */
    private void splitFrames(int head, int pages) {
        int ofCache = cacheReferences(head) > 0 ? 1 : 0;
        int flags = frames.flags(head, INHERITED);
        frames.get(head, ofCache - cacheReferences(head));
        frames.split(head, 1 + ofCache);
        for (int page = head + 1; page < head + pages; page++) {
            frames.clear(page, INHERITED);
            frames.set(page, flags);
        }
        if (frames.mapping(head) instanceof MappedFile file) {
            file.dropBeyondEnd(frames.index(head), frames.index(head) + pages, frames);
        }
    }

    /** {@code free_page_and_swap_cache}. */
    private void putTail(int page) {
        if (frames.has(page, Frames.SWAPCACHE) && frames.mapcount(page) == 0) {
            swap.freeSwap(page);
        }
        frames.put(page);
    }
}
