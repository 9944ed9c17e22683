package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;

/** {@code folio_pte_batch()}: runs of entries that map consecutive pages of one large folio alike. */
public final class PteBatches {
    private static final long ALWAYS_IGNORED = Pte.WRITE | Pte.ACCESSED;

    private final PageTableOps ops;
    private final Frames frames;

    PteBatches(PageTableOps ops, Frames frames) {
        this.ops = ops;
        this.frames = frames;
    }

    /**
     * Entries from an address on that may be changed together; 1 for pages that are no part of a large folio.
     *
     * @param pte the entry at {@code address}
     * @param end of the range to look at; not beyond the leaf table
     * @param ignored bits in which the entries may differ, beside write and accessed
     */
    public int length(AddressSpace mm, long address, long pte, long end, long ignored) {
        return length(mm, address, pte, end, ignored, ALWAYS_IGNORED);
    }

    /** As {@link #length(AddressSpace, long, long, long, long)}, where the write permission counts too. */
    public int lengthRespectingWrite(AddressSpace mm, long address, long pte, long end, long ignored) {
        return length(mm, address, pte, end, ignored, Pte.ACCESSED);
    }

    private int length(AddressSpace mm, long address, long pte, long end, long ignored, long always) {
        if (!Pte.present(pte) || Pte.special(pte) || frames.order(Pte.frame(pte)) == 0) {
            return 1;
        }
        int head = frames.head(Pte.frame(pte));
        int left = head + frames.pages(head) - Pte.frame(pte);
        int max = (int) Math.min((end - address) / mm.pageSize(), left);
        long kept = ~(ignored | always);
        int nr = 1;
        while (nr < max) {
            long next = ops.get(mm, address + nr * mm.pageSize());
            if ((next & kept) != (Pte.advance(pte, nr) & kept)) {
                break;
            }
            nr++;
        }
        return nr;
    }
}
