package io.mmulab.device;

import java.util.Arrays;

import io.mmulab.kernel.secondary.SecondaryMmu;

/**
 * Cached translations: page address to frame and write permission. Open addressing with linear probing in two
 * {@code long} columns, so that a look-up on an access neither allocates nor boxes.
 *
 * <pre>
 *  keys    page address, bit 0 set (page addresses are aligned, and page 0 is a page); 0 = free slot
 *  values  frame number &lt;&lt; 1 | writable
 * </pre>
 */
final class Translations {
    /** Returned by {@link #get} where nothing is cached. */
    static final long MISS = -1;

    private static final int FIRST_CAPACITY = 16;
    private static final long TAKEN = 1;
    private static final long WRITABLE = 1;
    /** 2^64 divided by the golden ratio: spreads neighbouring pages. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final int pageShift;
    private long[] keys = new long[FIRST_CAPACITY];
    private long[] values = new long[FIRST_CAPACITY];
    private int size;

    Translations(int pageShift) {
        this.pageShift = pageShift;
    }

    int size() {
        return size;
    }

    /** The value of a page, for {@link #frame} and {@link #isWritable}; {@link #MISS} if it is not cached. */
    long get(long page) {
        int slot = slot(page | TAKEN);
        return keys[slot] == 0 ? MISS : values[slot];
    }

    static int frame(long value) {
        return (int) (value >>> 1);
    }

    static boolean isWritable(long value) {
        return (value & WRITABLE) != 0;
    }

    /** The value of the page that is {@code pages} behind another one of the same huge page. */
    static long advance(long value, long pages) {
        return value + (pages << 1);
    }

    void put(long page, int frame, boolean writable) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int slot = slot(page | TAKEN);
        if (keys[slot] == 0) {
            keys[slot] = page | TAKEN;
            size++;
        }
        values[slot] = ((long) frame << 1) | (writable ? WRITABLE : 0);
    }

    /** Forgets a page; whether it was there. */
    boolean remove(long page) {
        int slot = slot(page | TAKEN);
        if (keys[slot] == 0) {
            return false;
        }
        keys[slot] = 0;
        size--;
        closeGap(slot);
        return true;
    }

    void clear() {
        Arrays.fill(keys, 0);
        size = 0;
    }

    /**
     * Visits the pages of {@code [start, end)} in ascending order; addresses are unsigned, and -1 as end means all. The
     * visitor may remove what it sees. A range of fewer pages than the table has slots is probed page by page; a longer one
     * costs a pass over the table and a sort of what it found.
     */
    void visit(long start, long end, SecondaryMmu.EntryVisitor visitor) {
        if (size == 0) {
            return;
        }
        long first = start & -(1L << pageShift);
        if ((end - first) >>> pageShift < keys.length) {
            for (long page = first; Long.compareUnsigned(page, end) < 0; page += 1L << pageShift) {
                visit(page, visitor);
            }
            return;
        }
        for (long page : sortedPages(first, end)) {
            visit(page, visitor);
        }
    }

    private void visit(long page, SecondaryMmu.EntryVisitor visitor) {
        long value = get(page);
        if (value != MISS) {
            visitor.entry(page, frame(value), isWritable(value));
        }
    }

    private long[] sortedPages(long start, long end) {
        long[] found = new long[size];
        int count = 0;
        for (long key : keys) {
            long page = key & ~TAKEN;
            if (key != 0 && Long.compareUnsigned(page, start) >= 0 && Long.compareUnsigned(page, end) < 0) {
                found[count++] = page;
            }
        }
        // user addresses are below 2^63, guest addresses too: signed order is the order of addresses
        long[] pages = Arrays.copyOf(found, count);
        Arrays.sort(pages);
        return pages;
    }

    /** Moves the followers of a probe sequence up, so that look-ups still find them. */
    private void closeGap(int gap) {
        int mask = keys.length - 1;
        for (int at = (gap + 1) & mask; keys[at] != 0; at = (at + 1) & mask) {
            long key = keys[at];
            long value = values[at];
            keys[at] = 0;
            int slot = slot(key);
            keys[slot] = key;
            values[slot] = value;
        }
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    /** The slot that holds the key, or the free one where it would go. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) (((key >>> pageShift) * SPREAD) >>> 40) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
