package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.AdviceHandler;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * MADV_WILLNEED ({@code madvise_willneed()} of {@code mm/madvise.c}): what is on swap comes into the swap cache, what is on
 * disk into the page cache; page tables stay as they are.
 */
final class WillneedAdvice implements AdviceHandler {
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;

    WillneedAdvice(PageTableOps ops, Frames frames, Lru lru, SwapArea swap) {
        this.ops = ops;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        MappedFile file = vma.file();
        if (file == null) {
            swapIn(mm, start, end);
            lru.drain();
        } else if (file.isMemory()) {
            file.swappedPages(vma.pageIndex(start), vma.pageIndex(end)).stream().sorted()
                    .forEach(index -> read(file.swapSlot(index)));
            lru.drain();
        } else if (file.wantsWriteNotify() && !vma.has(VmFlags.HUGETLB)) {
            readAhead(file, vma.pageIndex(start), vma.pageIndex(end));
        }
        return 0;
    }

    /** {@code swapin_walk_pmd_entry}. */
    private void swapIn(AddressSpace mm, long start, long end) {
        PageTable table = mm.pageTable();
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            long pte = ops.get(mm, at);
            if (Pte.isSwap(pte)) {
                read(Pte.frame(pte));
            }
        }
    }

    /** {@code read_swap_cache_async}. */
    private void read(int slot) {
        if (swap.cachedFrame(slot) != Frames.NO_FRAME) {
            return;
        }
        int frame = frames.alloc(Frames.SWAPBACKED);
        if (frame != Frames.NO_FRAME) {
            swap.addToCache(slot, frame);
            swap.read(slot, frame);
            lru.add(frame);
            frames.put(frame);
        }
    }

    /** {@code force_page_cache_readahead}: no further than the file. */
    private void readAhead(MappedFile file, long first, long end) {
        for (long index = first; index < Math.min(end, file.pages()); index++) {
            if (file.frame(index, frames) == Frames.NO_FRAME) {
                return;
            }
        }
    }
}
