package io.mmulab.kernel.coherence;

import java.util.BitSet;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;

/** A valid entry that went, or lost a right, in the running operation, and who has heard of it since. */
final class Loss {
    /** What hardware may go on doing with a translation that it caches. */
    static final long LOSABLE = Pte.PRESENT | Pte.WRITE | Pte.EXEC | Pte.DIRTY;
    private static final long ALL = -1;

    private final AddressSpace mm;
    private final long start;
    private final long end;
    private final long before;
    private final boolean gone;
    private final boolean subscribed;
    /** Pages that came back as they were, as after a huge entry was split: nobody needs to hear of them. */
    private final BitSet restored = new BitSet();
    /** Pages that secondary TLBs were told of. */
    private final BitSet told = new BitSet();
    private boolean flushed;

    /** @param gone whether its page is not there any more */
    Loss(AddressSpace mm, long start, long end, long before, boolean gone) {
        this.mm = mm;
        this.start = start;
        this.end = end;
        this.before = before;
        this.gone = gone;
        this.subscribed = mm.subscriptions().everRegistered();
    }

    AddressSpace mm() {
        return mm;
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }

    boolean isGone() {
        return gone;
    }

    boolean isFlushed() {
        return flushed;
    }

    /** Whether secondary TLBs have heard of a page, or need not. */
    boolean hasHeard(long address) {
        int page = page(address);
        return !subscribed || told.get(page) || restored.get(page);
    }

    /** Whether they have, or need not, of every page. */
    boolean allHeard() {
        BitSet heard = (BitSet) told.clone();
        heard.or(restored);
        return !subscribed || heard.cardinality() == page(end);
    }

    /** Whether the CPUs were flushed, or need not be. */
    boolean isFlushedOrRestored() {
        return flushed || restored.cardinality() == page(end);
    }

    boolean isRestored(long address) {
        return restored.get(page(address));
    }

    /** An entry of one page was written where this one was; zeroes are as good as zeroes. */
    void set(long address, long pte, Frames frames) {
        boolean zeroes = frames.isZeroPage(Pte.frame(before)) && frames.isZeroPage(Pte.frame(pte));
        // a clean entry is restored too: the dirty state went to the page before the table was flushed
        if ((before & LOSABLE & ~Pte.DIRTY & ~pte) == 0 && (Pte.frame(pte) == frame(address) || zeroes)) {
            restored.set(page(address));
        }
    }

    private int page(long address) {
        return (int) ((address - start) / mm.pageSize());
    }

    /** The frame that an address had. */
    int frame(long address) {
        return Pte.frame(before) + page(address);
    }

    /** CPUs were flushed; true if that was all of it. */
    boolean flush(long from, long to) {
        flushed |= covers(from, to, start, end);
        return flushed;
    }

    /** Secondary TLBs were told. */
    void tell(long from, long to) {
        long first = Math.max(from, start);
        long last = to == ALL ? end : Math.min(to, end);
        if (first < last) {
            told.set(page(first), page(last));
        }
    }

    /** Whether a range covers another; -1 as end means everything. */
    static boolean covers(long start, long end, long from, long to) {
        return start <= from && (end == ALL || to <= end);
    }
}
