package io.mmulab.kernel.lock;

/**
 * The locks that the simulated paths take, by their Linux names. A record, whose fields the JIT takes for constants: a fault
 * takes and releases two of them.
 *
 * @param name as in the kernel
 * @param one one such lock in a word of counts, of which each kind has 15 bits
 * @param mask where the count of this kind is in that word
 */
public record LockKind(String name, long one, long mask) {
    private static final int WIDTH = 15;

    /** {@code mmap_lock} for reading. */
    public static final LockKind MMAP_READ = kind("MMAP_READ", 0);
    /** {@code mmap_lock} for writing. */
    public static final LockKind MMAP_WRITE = kind("MMAP_WRITE", 1);
    /** The per-VMA lock (6.4 and later). */
    public static final LockKind VMA_READ = kind("VMA_READ", 2);
    /** The page-table spinlock: nothing may sleep under it. */
    public static final LockKind PTL = kind("PTL", 3);

    private static LockKind kind(String name, int position) {
        long one = 1L << (position * WIDTH);
        return new LockKind(name, one, one * ((1 << WIDTH) - 1));
    }

    @Override
    public String toString() {
        return name;
    }
}
