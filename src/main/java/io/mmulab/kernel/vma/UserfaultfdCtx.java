package io.mmulab.kernel.vma;

/** {@code struct userfaultfd_ctx}: one open userfaultfd. VMAs of different ones do not merge. */
public final class UserfaultfdCtx {
    /** {@code UFFD_FEATURE_WP_UNPOPULATED}. */
    public static final long FEATURE_WP_UNPOPULATED = 1 << 13;

    /** {@code UFFD_FEATURE_WP_ASYNC}. */
    public static final long FEATURE_WP_ASYNC = 1 << 15;

    private final int mm;
    private final long features;

    /**
     * A context.
     *
     * @param mm id of the address space that it belongs to
     * @param features what UFFDIO_API asked for, {@code UFFD_FEATURE_} bits
     */
    public UserfaultfdCtx(int mm, long features) {
        this.mm = mm;
        this.features = features;
    }

    /** Id of the address space that it belongs to. */
    public int mm() {
        return mm;
    }

    /** Whether write protection is remembered for anonymous pages that are not there ({@code UFFD_FEATURE_WP_UNPOPULATED}). */
    public boolean wpUnpopulated() {
        return has(FEATURE_WP_UNPOPULATED);
    }

    /** Whether write protection is taken away in the fault itself ({@code UFFD_FEATURE_WP_ASYNC}). */
    public boolean wpAsync() {
        return has(FEATURE_WP_ASYNC);
    }

    /** Whether a feature was asked for. */
    public boolean has(long feature) {
        return (features & feature) != 0;
    }
}
