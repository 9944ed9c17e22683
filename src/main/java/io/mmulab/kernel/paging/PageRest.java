package io.mmulab.kernel.paging;

import java.util.Arrays;

/**
 * What a page holds behind its first byte: one value everywhere, but for the offsets at which single bytes were stored. Costs
 * as much as was stored. Immutable: pages with equal content, as fork and swap make them, share it.
 */
public final class PageRest {
    private static final int VALUES = 256;
    private static final PageRest[] FILLED = new PageRest[VALUES];

    static {
        for (int value = 0; value < VALUES; value++) {
            FILLED[value] = new PageRest((byte) value, new char[0], new byte[0]);
        }
    }

    /** All zeroes. */
    public static final PageRest ZERO = filledWith((byte) 0);

    private final byte fill;
    /** Where the page differs from {@link #fill}, ascending; a page has 64 KiB at most. */
    private final char[] offsets;
    private final byte[] values;

    private PageRest(byte fill, char[] offsets, byte[] values) {
        this.fill = fill;
        this.offsets = offsets;
        this.values = values;
    }

    /** One value everywhere. */
    public static PageRest filledWith(byte value) {
        return FILLED[value & 0xff];
    }

    /** The byte at an offset in the page. */
    public byte at(int offset) {
        int found = Arrays.binarySearch(offsets, (char) offset);
        return found < 0 ? fill : values[found];
    }

    /** The same but for one byte. */
    public PageRest with(int offset, byte value) {
        int found = Arrays.binarySearch(offsets, (char) offset);
        if (found < 0) {
            return value == fill ? this : inserted(-found - 1, (char) offset, value);
        }
        if (value == fill) {
            return offsets.length == 1 ? filledWith(fill) : removed(found);
        }
        byte[] changed = values.clone();
        changed[found] = value;
        return new PageRest(fill, offsets, changed);
    }

    private PageRest inserted(int place, char offset, byte value) {
        int behind = offsets.length - place;
        char[] moreOffsets = Arrays.copyOf(offsets, offsets.length + 1);
        byte[] moreValues = Arrays.copyOf(values, values.length + 1);
        System.arraycopy(offsets, place, moreOffsets, place + 1, behind);
        System.arraycopy(values, place, moreValues, place + 1, behind);
        moreOffsets[place] = offset;
        moreValues[place] = value;
        return new PageRest(fill, moreOffsets, moreValues);
    }

    private PageRest removed(int place) {
        int behind = offsets.length - place - 1;
        char[] fewerOffsets = Arrays.copyOf(offsets, offsets.length - 1);
        byte[] fewerValues = Arrays.copyOf(values, values.length - 1);
        System.arraycopy(offsets, place + 1, fewerOffsets, place, behind);
        System.arraycopy(values, place + 1, fewerValues, place, behind);
        return new PageRest(fill, fewerOffsets, fewerValues);
    }

    /** Equal if the same value was filled in and the same bytes differ from it. */
    @Override
    public boolean equals(Object other) {
        return other == this || (other instanceof PageRest rest && rest.fill == fill
                && Arrays.equals(rest.offsets, offsets) && Arrays.equals(rest.values, values));
    }

    @Override
    public int hashCode() {
        return (31 * Arrays.hashCode(offsets) + Arrays.hashCode(values)) * 31 + fill;
    }
}
