package io.mmulab.kernel.tlb;

import java.util.Arrays;

import io.mmulab.kernel.paging.Pte;

/**
 * The TLB of one CPU: 4-way set associative, tagged by address space, round-robin replacement.
 *
 * <pre>
 *  tag   63         16 15    0        pte: the page-table entry as it was walked (see Pte)
 *       +-------------+-------+
 *       | page number | asid  |       an empty slot has tag -1
 *       +-------------+-------+
 * </pre>
 *
 * Tags and entries of a set lie next to each other, so that a look-up touches two cache lines.
 */
public final class CpuTlb {
    private static final int WAYS = 4;
    private static final int SETS = 256;
    private static final int SET_MASK = SETS - 1;
    private static final int ASID_BITS = 16;
    private static final long EMPTY = -1;

    private final int pageShift;
    private final long[] tags = new long[SETS * WAYS];
    private final long[] entries = new long[SETS * WAYS];
    private final byte[] victim = new byte[SETS];

    /** An empty TLB. */
    public CpuTlb(int pageShift) {
        this.pageShift = pageShift;
        Arrays.fill(tags, EMPTY);
    }

    /** The cached entry, or {@link Pte#NONE}. */
    public long lookup(int asid, long address) {
        long page = address >>> pageShift;
        long tag = page << ASID_BITS | asid;
        int slot = ((int) page & SET_MASK) * WAYS;
        long[] all = tags;
        if (all[slot] == tag) {
            return entries[slot];
        }
        if (all[slot + 1] == tag) {
            return entries[slot + 1];
        }
        if (all[slot + 2] == tag) {
            return entries[slot + 2];
        }
        if (all[slot + 3] == tag) {
            return entries[slot + 3];
        }
        return Pte.NONE;
    }

    /** Caches an entry after a walk, in place of an older one for the same page if there is one. */
    public void insert(int asid, long address, long pte) {
        int slot = find(asid, address);
        if (slot < 0) {
            fill(asid, address, pte);
        } else {
            entries[slot] = pte;
        }
    }

    /** Caches an entry of a page of which none is cached, as after a miss. */
    public void fill(int asid, long address, long pte) {
        long page = address >>> pageShift;
        int set = (int) page & SET_MASK;
        int slot = set * WAYS + (victim[set]++ & (WAYS - 1));
        tags[slot] = page << ASID_BITS | asid;
        entries[slot] = pte;
    }

    /** Drops the entry of one page. */
    public void dropPage(int asid, long address) {
        int slot = find(asid, address);
        if (slot >= 0) {
            tags[slot] = EMPTY;
        }
    }

    /** Drops all entries of an address space in {@code [start, end)}. */
    public void dropRange(int asid, long start, long end) {
        long pages = (end - start) >>> pageShift;
        if (pages <= SETS) {
            for (long at = start; at < end; at += 1L << pageShift) {
                dropPage(asid, at);
            }
            return;
        }
        long first = start >>> pageShift;
        long last = end >>> pageShift;
        for (int slot = 0; slot < tags.length; slot++) {
            long tag = tags[slot];
            long page = tag >>> ASID_BITS;
            if (tag != EMPTY && (int) (tag & 0xffff) == asid && page >= first && page < last) {
                tags[slot] = EMPTY;
            }
        }
    }

    /** Drops all entries of an address space. */
    public void dropAll(int asid) {
        for (int slot = 0; slot < tags.length; slot++) {
            if (tags[slot] != EMPTY && (int) (tags[slot] & 0xffff) == asid) {
                tags[slot] = EMPTY;
            }
        }
    }

    /** Sees one cached translation. */
    @FunctionalInterface
    public interface Visitor {
        /** The entry, as it was walked, of the page at an address. */
        void entry(int asid, long address, long pte);
    }

    /** Visits all entries, in no order. */
    public void visit(Visitor visitor) {
        for (int slot = 0; slot < tags.length; slot++) {
            if (tags[slot] != EMPTY) {
                visitor.entry((int) (tags[slot] & 0xffff), tags[slot] >>> ASID_BITS << pageShift, entries[slot]);
            }
        }
    }

    /** Drops all entries of all address spaces. */
    public void dropEverything() {
        Arrays.fill(tags, EMPTY);
    }

    private int find(int asid, long address) {
        long page = address >>> pageShift;
        long tag = page << ASID_BITS | asid;
        int slot = ((int) page & SET_MASK) * WAYS;
        for (int way = 0; way < WAYS; way++) {
            if (tags[slot + way] == tag) {
                return slot + way;
            }
        }
        return -1;
    }
}
