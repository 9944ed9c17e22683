package io.mmulab.kernel.migrate;

import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.vma.MappedFile;

/** {@code move_to_new_folio()}: gives a folio that nothing maps a new place, with its content, flags and owners. */
final class MoveFolio {
    private static final int MOVED = Frames.ANON | Frames.DIRTY | Frames.PAGE_CACHE | Frames.SWAPBACKED
            | Frames.REFERENCED | Frames.ACTIVE | Frames.UNEVICTABLE | Frames.READAHEAD;

    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;

    MoveFolio(Frames frames, Lru lru, SwapArea swap) {
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
    }

    /** {@code alloc_migration_target}: a free folio of the same size on a node, or {@link Frames#NO_FRAME}. */
    int allocate(int like, int node) {
        return frames.alloc(frames.order(like), node == 0 ? 0 : Frames.REMOTE_NODE);
    }

    /** Moves it; false if somebody else has a reference ({@code folio_migrate_mapping}: EAGAIN). */
    boolean move(int from, int to) {
        int pages = frames.pages(from);
        boolean inSwapCache = frames.has(from, Frames.SWAPCACHE);
        boolean cached = frames.mapping(from) instanceof MappedFile;
        if (lru.refcount(from) != 1 + (inSwapCache || cached ? pages : 0)) {
            return false;
        }
        for (int i = 0; i < pages; i++) {
            frames.copyContent(from + i, to + i);
            for (int flag = MOVED; flag != 0; flag &= flag - 1) {
                int bit = Integer.lowestOneBit(flag);
                if (frames.has(from + i, bit)) {
                    frames.set(to + i, bit);
                }
            }
        }
        long index = frames.index(from);
        if (frames.mapping(from) instanceof MappedFile file) {
            file.replace(index, from, to, frames);
        } else {
            frames.setFolioMapping(to, frames.mapping(from), index);
        }
        if (inSwapCache) {
            swap.replace(from, to);
        }
        return true;
    }
}
