package io.mmulab.kernel.coherence;

import java.util.Arrays;

/** A set of page addresses: open addressing, no boxing. Zero is kept apart, as it marks an empty slot. */
final class LongSet {
    private long[] slots = new long[16];
    private int size;
    private boolean hasZero;

    boolean add(long value) {
        if (value == 0) {
            boolean added = !hasZero;
            hasZero = true;
            return added;
        }
        if (size * 2 >= slots.length) {
            grow();
        }
        int slot = find(value);
        if (slots[slot] == value) {
            return false;
        }
        slots[slot] = value;
        size++;
        return true;
    }

    boolean remove(long value) {
        if (value == 0) {
            boolean had = hasZero;
            hasZero = false;
            return had;
        }
        int slot = find(value);
        if (slots[slot] != value) {
            return false;
        }
        slots[slot] = 0;
        size--;
        closeGap(slot);
        return true;
    }

    /** Moves the followers of a probe sequence up, so that look-ups still find them. */
    private void closeGap(int gap) {
        int mask = slots.length - 1;
        for (int at = (gap + 1) & mask; slots[at] != 0; at = (at + 1) & mask) {
            long moved = slots[at];
            slots[at] = 0;
            slots[find(moved)] = moved;
        }
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long value : old) {
            if (value != 0) {
                slots[find(value)] = value;
            }
        }
    }

    private int find(long value) {
        int mask = slots.length - 1;
        int slot = (int) ((value * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        while (slots[slot] != 0 && slots[slot] != value) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    @Override
    public String toString() {
        return Arrays.toString(slots);
    }
}
