package io.mmulab.kernel.lock;

/** The locks that the simulated paths take, by their Linux names. */
public enum LockKind {
    /** {@code mmap_lock} for reading. */
    MMAP_READ(false),
    /** {@code mmap_lock} for writing. */
    MMAP_WRITE(false),
    /** The per-VMA lock (6.4 and later). */
    VMA_READ(false),
    /** The page-table spinlock: nothing may sleep under it. */
    PTL(true),
    /** {@code anon_vma->rwsem}. */
    ANON_VMA(false),
    /** {@code i_mmap_rwsem}. */
    I_MMAP(false),
    /** One of the hugetlb fault mutexes. */
    HUGETLB_FAULT_MUTEX(false);

    private final boolean spinning;

    LockKind(boolean spinning) {
        this.spinning = spinning;
    }

    /** Whether the holder must not sleep. */
    public boolean isSpinning() {
        return spinning;
    }

    int bit() {
        return 1 << ordinal();
    }
}
