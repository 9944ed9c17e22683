package io.mmulab.kernel.swap;

import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code swap_vma_readahead()}: reads the neighbours, in the address space, of a page that is swapped in, so that their
 * faults find them in the swap cache. The window depends on the VMA's last swap fault and on how many of the pages that were
 * read ahead have been used since.
 *
 * <pre>
 *  63       12 11     6 5    0
 * +-----------+--------+------+
 * | page      | window | hits |   swap_readahead_info of a VMA; 0 stands for 4 hits
 * +-----------+--------+------+
 * </pre>
 */
public final class SwapReadahead {
    /** {@code 1 << page_cluster}. */
    private static final int MAX_WINDOW = 8;
    private static final long FIRST = 4;
    private static final int WINDOW_SHIFT = 6;
    private static final long HITS_MASK = (1 << WINDOW_SHIFT) - 1;

    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private long previousSlot;
    private int clusterHits = (int) FIRST;
    private int clusterWindow;

    /** For one machine. */
    public SwapReadahead(Frames frames, Lru lru, SwapArea swap) {
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
    }

    /** {@code swap_cache_get_folio}: a page that was found in the swap cache may have been read ahead. */
    public void hit(Vma vma, long page, int frame) {
        long info = info(vma);
        long hits = info & HITS_MASK;
        if (frames.has(frame, Frames.READAHEAD)) {
            frames.clear(frame, Frames.READAHEAD);
            hits = Math.min(hits + 1, HITS_MASK);
        }
        vma.setSwapReadaheadInfo(info(page, window(info), hits));
    }

    /** Reads what lies around a page that has just been read. */
    public void around(AddressSpace mm, Vma vma, long page) {
        long pageSize = mm.pageSize();
        long info = info(vma);
        long previous = info & -pageSize;
        int window = nextWindow(previous / pageSize, page / pageSize, (int) (info & HITS_MASK), window(info));
        vma.setSwapReadaheadInfo(info(page, window, 0));
        if (window == 1) {
            return;
        }
        long left = page - (window - 1) / 2 * pageSize;
        if (page == previous + pageSize) {
            left = page;
        } else if (previous == page + pageSize) {
            left = page - window * pageSize + pageSize;
        }
        readRange(mm, vma, page, left, left + window * pageSize);
        lru.drain();
    }

    private void readRange(AddressSpace mm, Vma vma, long page, long left, long right) {
        PageTable table = mm.pageTable();
        long span = 1L << table.levelShift(1);
        long from = Math.max(Math.max(left, vma.start()), page & -span);
        long to = Math.min(Math.min(right, vma.end()), (page & -span) + span);
        for (long at = table.nextEntry(from, to); at < to; at = table.nextEntry(at + mm.pageSize(), to)) {
            long pte = table.get(at);
            if (at != page && Pte.isSwap(pte)) {
                read(Pte.frame(pte));
            }
        }
    }

    /** {@code __swapin_nr_pages}. */
    private static int nextWindow(long previousPage, long page, int hits, int previousWindow) {
        int pages = hits + 2;
        if (hits == 0) {
            pages = page != previousPage + 1 && page != previousPage - 1 ? 1 : 2;
        } else {
            pages = Math.max(4, Integer.highestOneBit(pages - 1) * 2);
        }
        return Math.max(Math.min(pages, MAX_WINDOW), previousWindow / 2);
    }

    private void read(int slot) {
        if (swap.cachedFrame(slot) != Frames.NO_FRAME) {
            return;
        }
        int frame = frames.alloc(Frames.SWAPBACKED | Frames.READAHEAD);
        if (frame != Frames.NO_FRAME) {
            swap.addToCache(slot, frame);
            swap.read(slot, frame);
            lru.add(frame);
            frames.put(frame);
        }
    }

    /** {@code swap_cluster_readahead}: reads a slot, and those around it in an aligned window, into the swap cache. */
    public void cluster(int slot) {
        int window = nextWindow(previousSlot, slot, clusterHits, clusterWindow);
        if (clusterHits == 0) {
            previousSlot = slot;
        }
        clusterHits = 0;
        clusterWindow = window;
        for (int at = slot & -window; window > 1 && at < (slot & -window) + window; at++) {
            if (at != slot && swap.isReadable(at)) {
                read(at);
            }
        }
        lru.drain();
        read(slot);
        int frame = swap.cachedFrame(slot);
        if (frame != Frames.NO_FRAME) {
            frames.clear(frame, Frames.READAHEAD);
        }
    }

    /** {@code swap_cache_get_folio} without a VMA. */
    public void clusterHit(int frame) {
        if (frames.has(frame, Frames.READAHEAD)) {
            frames.clear(frame, Frames.READAHEAD);
            clusterHits++;
        }
    }

    private static long info(Vma vma) {
        long info = vma.swapReadaheadInfo();
        return info == 0 ? FIRST : info;
    }

    private static long info(long page, long window, long hits) {
        return page | (window << WINDOW_SHIFT) | hits;
    }

    private static int window(long info) {
        return (int) ((info >>> WINDOW_SHIFT) & HITS_MASK);
    }
}
