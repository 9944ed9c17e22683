package io.mmulab.history;

/**
 * Where a range lies, coarsely, as one number that an index can order: ranges of at most 8^n pages that begin in the same
 * aligned 8^n pages share a cell of level n. So whatever overlaps a short range is in two cells of each level, or in
 * {@link #WHOLE}. Pages are 4 KiB here, whatever the machine's are.
 */
final class EventCell {
    /** Ranges that mean a whole address space, or that can't be told apart from it by a signed subtraction. */
    static final long WHOLE = -1;
    /** Levels: the highest holds ranges of up to 2^63 bytes. */
    static final int LEVELS = 18;

    private static final int PAGE_SHIFT = 12;
    private static final int LEVEL_SHIFT = 3;
    private static final int LEVEL_BITS = 56;

    private EventCell() {}

    /** The cell of {@code [start, end)}. The migrations have the same rule in SQL. */
    static long of(long start, long end) {
        if (end == -1 || (start < 0) != (end < 0) || end < start) {
            return WHOLE;
        }
        int level = 0;
        for (long left = (end - start - 1) >> PAGE_SHIFT; left > 0; left >>= LEVEL_SHIFT) {
            level++;
        }
        return cell(level, start >>> shift(level));
    }

    /**
     * The cells of a level that ranges overlapping {@code [start, last]} begin in.
     *
     * @return first and last cell; the numbers between are cells as well
     */
    static long[] overlapping(int level, long start, long last) {
        int shift = shift(level);
        long first = start >>> shift;
        return new long[] {cell(level, first == 0 ? 0 : first - 1), cell(level, last >>> shift)};
    }

    private static int shift(int level) {
        return PAGE_SHIFT + LEVEL_SHIFT * level;
    }

    private static long cell(int level, long number) {
        return ((long) level << LEVEL_BITS) | number;
    }
}
