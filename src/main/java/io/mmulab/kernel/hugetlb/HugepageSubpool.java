package io.mmulab.kernel.hugetlb;

/**
 * {@code struct hugepage_subpool}: the limits of one hugetlbfs mount, its {@code size=} and {@code min_size=}. What the
 * minimum promises is reserved from the pool at once.
 */
public final class HugepageSubpool {
    /** No limit. */
    public static final long NONE = -1;
    /** Returned by {@link #getPages} when the maximum would be exceeded. */
    static final long REFUSED = -1;

    private final long maximum;
    private final long minimum;
    private long used;
    private long reserved;

    /**
     * Limits in huge pages.
     *
     * @param maximum most pages, or {@link #NONE}
     * @param minimum pages that are kept for it, or {@link #NONE}
     */
    HugepageSubpool(long maximum, long minimum) {
        this.maximum = maximum;
        this.minimum = minimum;
        this.reserved = minimum;
    }

    /** {@code used_hpages}: pages in use or reserved; counted only where there is a maximum. */
    public long used() {
        return used;
    }

    /** {@code rsv_hpages}: what is left of the minimum. */
    public long reserved() {
        return Math.max(0, reserved);
    }

    /** {@code hugepage_subpool_get_pages}: by how much the pool's reservation must grow, or {@link #REFUSED}. */
    long getPages(long delta) {
        if (maximum != NONE) {
            if (used + delta > maximum) {
                return REFUSED;
            }
            used += delta;
        }
        if (minimum == NONE || reserved == 0) {
            return delta;
        }
        long fromMinimum = Math.min(delta, reserved);
        reserved -= fromMinimum;
        return delta - fromMinimum;
    }

    /** {@code hugepage_subpool_put_pages}: by how much the pool's reservation must shrink. */
    long putPages(long delta) {
        if (maximum != NONE) {
            used -= delta;
        }
        if (minimum == NONE || used >= minimum) {
            return delta;
        }
        long released = Math.max(0, reserved + delta - minimum);
        reserved = Math.min(minimum, reserved + delta);
        return released;
    }

    /** Pages of the minimum that are given back when the mount goes. */
    long minimum() {
        return Math.max(0, minimum);
    }
}
