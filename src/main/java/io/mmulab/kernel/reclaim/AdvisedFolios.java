package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.tlb.MmuGather;

/**
 * What MADV_FREE, MADV_COLD and MADV_PAGEOUT have in common ({@code mm/madvise.c}): the walk a table of PTEs at a time, and
 * when a large folio is taken as a whole, split, or left alone.
 */
final class AdvisedFolios {
    /** The walk of this table of PTEs ends here. */
    static final int STOP = Integer.MIN_VALUE;

    private final SplitFolio split;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final MmuGather gather;
    private final boolean batches;
    private final boolean guesses;

    AdvisedFolios(KernelVersion version, SplitFolio split, PageTableOps ops, PmdOps pmds, Frames frames,
            MmuGather gather) {
        this.split = split;
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.gather = gather;
        this.batches = version.has(VersionRule.MADVISE_BATCHES_FOLIOS);
        this.guesses = version.has(VersionRule.MAPPED_SHARED_IS_GUESSED);
    }

    /** Sees the part of the range that one PMD covers. */
    interface PmdVisitor {
        void range(long start, long end);
    }

    /** Sees the entries of a table. */
    interface EntryVisitor {
        /** How many entries are done; 0 to look again; {@link #STOP}. */
        int entry(long address, long pte);
    }

    /** {@code walk_page_range}: the parts of {@code [start, end)} where a PMD is not none. */
    void walk(AddressSpace mm, long start, long end, PmdVisitor visitor) {
        long size = pmds.size();
        for (long at = start; at < end; at = (at & -size) + size) {
            at = mm.pageTable().nextPopulated(at, end, PmdOps.LEVEL);
            if (at < end) {
                visitor.range(at, Math.min(end, (at & -size) + size));
            }
        }
    }

    /** Whether a huge leaf is there. */
    boolean isHuge(AddressSpace mm, long address) {
        return Pte.isHuge(mm.pageTable().entry(address, PmdOps.LEVEL));
    }

    /** The entries of {@code [start, end)} within one table that are not none. */
    void entries(AddressSpace mm, long start, long end, EntryVisitor visitor) {
        long at = mm.pageTable().nextEntry(start, end);
        while (at < end) {
            int done = visitor.entry(at, ops.get(mm, at));
            if (done == STOP) {
                return;
            }
            if (done == 0 && batches) {
                gather.batchedPending(mm);
            }
            at = mm.pageTable().nextEntry(at + done * mm.pageSize(), end);
        }
    }

    /** {@code total_mapcount() != 1}, {@code folio_likely_mapped_shared}, {@code folio_maybe_mapped_shared}. */
    boolean isShared(int head) {
        if (!batches) {
            return frames.folioMapcount(head) != 1;
        }
        return guesses ? frames.likelyMappedShared(head) : frames.maybeMappedShared(head);
    }

    /** Splits a folio; the reference for that is its own. */
    boolean split(int head) {
        frames.get(head);
        boolean done = split.split(head);
        frames.put(head);
        return done;
    }

    /**
     * What is to be done with an entry of a large folio.
     *
     * @param sharers entries that map the page by which a release that does not batch judges
     * @return entries of the whole folio, to be changed together; minus the entries to leave alone; 0 if the folio was split
     *         and the entry is to be looked at again; {@link #STOP}
     */
    int takeLarge(AddressSpace mm, long at, long pte, long end, int sharers) {
        int head = frames.head(Pte.frame(pte));
        if (!batches) {
            return sharers == 1 && split(head) ? 0 : STOP;
        }
        int nr = ops.batches().length(mm, at, pte, end, Pte.DIRTY | Pte.SOFT_DIRTY);
        if (nr == frames.pages(head)) {
            return nr;
        }
        return !isShared(head) && split(head) ? 0 : -nr;
    }

    /** Whether any of {@code nr} entries has one of some bits. */
    boolean any(AddressSpace mm, long at, int nr, long bits) {
        for (int i = 0; i < nr; i++) {
            if ((ops.get(mm, at + i * mm.pageSize()) & bits) != 0) {
                return true;
            }
        }
        return false;
    }
}
