package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.arch.Paging;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.tlb.TlbFlush;

/**
 * {@code arch/arm64/mm/contpte.c}: as many aligned entries as a block has (16 with 4 KiB pages) that map aligned pages of one folio alike carry the contiguous bit,
 * so that the TLB may hold them as one. The bit is set and cleared behind the back of the memory manager: before one of
 * them changes alone the block is unfolded, and after the last one of a block was set it is folded if it fits. Either
 * rewrites all 16 entries and flushes them.
 */
final class Contpte {
    private static final long ACCESS_BITS = Pte.ACCESSED | Pte.DIRTY;

    private final boolean enabled;
    /** {@code CONT_PTES}: entries of a block. */
    private final int ptes;
    private final int pageShift;
    private final Frames frames;
    private final TlbFlush tlb;
    private final PageTableOps.RawWriter writer;

    Contpte(boolean enabled, Paging paging, Frames frames, TlbFlush tlb, PageTableOps.RawWriter writer) {
        this.enabled = enabled;
        this.ptes = 1 << paging.contiguousPtesShift();
        this.pageShift = paging.pageShift();
        this.frames = frames;
        this.tlb = tlb;
        this.writer = writer;
    }

    int ptes() {
        return ptes;
    }

    /** {@code CONT_PTE_SIZE}. */
    private long size() {
        return (long) ptes << pageShift;
    }

    /** {@code pte_valid_cont}: whether an entry is one of a block. Huge pages of hugetlb have blocks of their own. */
    boolean isBlock(long pte) {
        return enabled && (pte & (Pte.CONT | Pte.PRESENT)) == (Pte.CONT | Pte.PRESENT);
    }

    /** {@code contpte_ptep_get}: accessed and dirty are those of the whole block. */
    long gathered(AddressSpace mm, long address, long pte) {
        long start = address & -size();
        long bits = 0;
        for (int i = 0; i < ptes; i++) {
            bits |= mm.pageTable().get(start + ((long) i << pageShift)) & ACCESS_BITS;
        }
        return pte | bits;
    }

    /** {@code contpte_try_unfold}. */
    void tryUnfold(AddressSpace mm, long address) {
        if (enabled && isBlock(mm.pageTable().get(address))) {
            convert(mm, address, 0);
        }
    }

    /** {@code contpte_try_unfold_partial}: the blocks that {@code nr} entries from an address do not fill. */
    void tryUnfoldPartial(AddressSpace mm, long address, int nr) {
        if (!enabled) {
            return;
        }
        long end = address + ((long) nr << pageShift);
        if ((address & (size() - 1)) != 0 || nr < ptes) {
            tryUnfold(mm, address);
        }
        if ((end & (size() - 1)) != 0) {
            tryUnfold(mm, end - (1L << pageShift));
        }
    }

    /** {@code contpte_try_fold}, after an entry was set on its own: only the last one of a block completes it. */
    void tryFold(AddressSpace mm, long address, long pte) {
        boolean last = (address >>> pageShift & (ptes - 1)) == ptes - 1 && (Pte.frame(pte) & (ptes - 1)) == ptes - 1;
        if (enabled && last && Pte.valid(pte) && !Pte.special(pte) && fits(mm, address, pte)) {
            convert(mm, address, Pte.CONT);
        }
    }

    /** Whether the folio spans the block and all entries agree but for accessed and dirty. */
    private boolean fits(AddressSpace mm, long address, long pte) {
        int first = Pte.frame(pte) - (ptes - 1);
        if (frames.head(first) != frames.head(Pte.frame(pte)) || frames.pages(first) < ptes) {
            return false;
        }
        long start = address & -size();
        long expected = Pte.withFrame(pte & ~ACCESS_BITS, first);
        for (int i = 0; i < ptes; i++) {
            long entry = mm.pageTable().get(start + ((long) i << pageShift)) & ~ACCESS_BITS;
            if (entry != Pte.advance(expected, i)) {
                return false;
            }
        }
        return true;
    }

    /** {@code contpte_convert}: all entries get the accessed and dirty bits of any, and the contiguous bit or not. */
    private void convert(AddressSpace mm, long address, long cont) {
        long start = address & -size();
        long first = gathered(mm, start, mm.pageTable().get(start)) & ~Pte.CONT;
        for (int i = 0; i < ptes; i++) {
            writer.write(mm, start + ((long) i << pageShift), Pte.advance(first, i) | cont);
        }
        flush(mm, start);
    }

    /** Flushes the block of an address. */
    void flush(AddressSpace mm, long address) {
        tlb.range(mm, start(address), end(address), pageShift, Cause.CONTPTE_CONVERT);
    }

    /** {@code contpte_set_ptes}: the contiguous bit of entry {@code i} of {@code nr} that are set together. */
    long bit(long address, long first, int i, int nr) {
        if (!enabled || nr < ptes || !Pte.valid(first) || Pte.special(first)) {
            return 0;
        }
        long block = (address + ((long) i << pageShift)) & -size();
        boolean whole = block >= address && block + size() <= address + ((long) nr << pageShift);
        int frame = Pte.frame(first) + (int) ((block - address) >> pageShift);
        return whole && (frame & (ptes - 1)) == 0 ? Pte.CONT : 0;
    }

    /** {@code contpte_all_subptes_match_access_flags}. */
    boolean allMatch(AddressSpace mm, long address, long entry) {
        long start = address & -size();
        long mask = ACCESS_BITS | Pte.WRITE;
        for (int i = 0; i < ptes; i++) {
            if (((mm.pageTable().get(start + ((long) i << pageShift)) ^ entry) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the block is as an entry wants it, if accessed and dirty may be those of another entry of the block. */
    boolean anyMatch(AddressSpace mm, long address, long entry) {
        long found = gathered(mm, address, mm.pageTable().get(address));
        return ((found ^ entry) & (ACCESS_BITS | Pte.WRITE)) == 0;
    }

    /** First byte of the block of an address. */
    long start(long address) {
        return address & -size();
    }

    /** End of the block of an address. */
    long end(long address) {
        return start(address) + size();
    }
}
