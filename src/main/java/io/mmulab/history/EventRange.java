package io.mmulab.history;

/**
 * A range that events have.
 *
 * @param cell {@link EventCell#of} it
 * @param start first byte
 * @param end exclusive; -1 for a whole address space, and 0 behind the last byte of all
 */
record EventRange(long cell, long start, long end) {

    /** Whether a byte of {@code [first, last]} is in it. */
    boolean overlaps(long first, long last) {
        boolean toTheEnd = end == -1 || (end == 0 && start != 0);
        return Long.compareUnsigned(start, last) <= 0 && (toTheEnd || Long.compareUnsigned(end, first) > 0);
    }
}
