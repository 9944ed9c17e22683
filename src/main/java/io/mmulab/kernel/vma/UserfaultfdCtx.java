package io.mmulab.kernel.vma;

/** {@code struct userfaultfd_ctx}: one open userfaultfd. VMAs of different ones do not merge. */
public final class UserfaultfdCtx {
    /** {@code UFFD_FEATURE_PAGEFAULT_FLAG_WP}. */
    public static final long FEATURE_PAGEFAULT_FLAG_WP = 1;
    /** {@code UFFD_FEATURE_EVENT_FORK}: a child's VMAs stay registered. */
    public static final long FEATURE_EVENT_FORK = 1 << 1;
    /** {@code UFFD_FEATURE_EVENT_REMAP}: moved VMAs stay registered. */
    public static final long FEATURE_EVENT_REMAP = 1 << 2;
    /** {@code UFFD_FEATURE_SIGBUS}: a fault is a signal, not a message. */
    public static final long FEATURE_SIGBUS = 1 << 7;
    /** {@code UFFD_FEATURE_WP_HUGETLBFS_SHMEM}. */
    public static final long FEATURE_WP_HUGETLBFS_SHMEM = 1 << 12;
    /** {@code UFFD_FEATURE_WP_UNPOPULATED}: anonymous pages that are not there can be write-protected. */
    public static final long FEATURE_WP_UNPOPULATED = 1 << 13;
    /** {@code UFFD_FEATURE_WP_ASYNC}: write protection is taken away in the fault itself. */
    public static final long FEATURE_WP_ASYNC = 1 << 15;

    private final int id;
    private final int mm;
    private final long features;

    /**
     * A context.
     *
     * @param id number within the machine, from 1
     * @param mm id of the address space that it belongs to
     * @param features what UFFDIO_API has enabled
     */
    public UserfaultfdCtx(int id, int mm, long features) {
        this.id = id;
        this.mm = mm;
        this.features = features;
    }

    /** Number within the machine. */
    public int id() {
        return id;
    }

    /** Id of the address space that it belongs to. */
    public int mm() {
        return mm;
    }

    /** What UFFDIO_API has enabled. */
    public long features() {
        return features;
    }

    /** Whether a feature is enabled. */
    public boolean has(long feature) {
        return (features & feature) != 0;
    }
}
