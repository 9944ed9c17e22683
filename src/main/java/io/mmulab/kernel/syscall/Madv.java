package io.mmulab.kernel.syscall;

/** The advices of madvise, as in {@code include/uapi/asm-generic/mman-common.h}. */
public final class Madv {
    /** No special treatment. */
    public static final int NORMAL = 0;
    /** Expect random access. */
    public static final int RANDOM = 1;
    /** Expect sequential access. */
    public static final int SEQUENTIAL = 2;
    /** Will be needed soon. */
    public static final int WILLNEED = 3;
    /** Contents are not needed. */
    public static final int DONTNEED = 4;
    /** May be freed lazily. */
    public static final int FREE = 8;
    /** Punch a hole into the file. */
    public static final int REMOVE = 9;
    /** Fork leaves it out. */
    public static final int DONTFORK = 10;
    /** Fork copies it. */
    public static final int DOFORK = 11;
    /** KSM may merge pages. */
    public static final int MERGEABLE = 12;
    /** KSM may not. */
    public static final int UNMERGEABLE = 13;
    /** Worth huge pages. */
    public static final int HUGEPAGE = 14;
    /** Not worth huge pages. */
    public static final int NOHUGEPAGE = 15;
    /** Not in core dumps. */
    public static final int DONTDUMP = 16;
    /** In core dumps. */
    public static final int DODUMP = 17;
    /** Zeroes in a child. */
    public static final int WIPEONFORK = 18;
    /** Not zeroes in a child. */
    public static final int KEEPONFORK = 19;
    /** Not needed soon. */
    public static final int COLD = 20;
    /** Reclaim now. */
    public static final int PAGEOUT = 21;
    /** Fault in for reading. */
    public static final int POPULATE_READ = 22;
    /** Fault in for writing. */
    public static final int POPULATE_WRITE = 23;
    /** As {@link #DONTNEED}, of locked memory too. */
    public static final int DONTNEED_LOCKED = 24;
    /** Make huge pages now. */
    public static final int COLLAPSE = 25;
    /** Pretend that the memory failed. */
    public static final int HWPOISON = 100;
    /** Take the memory out of use. */
    public static final int SOFT_OFFLINE = 101;
    /** Any access is a fault from now on. */
    public static final int GUARD_INSTALL = 102;
    /** End of that. */
    public static final int GUARD_REMOVE = 103;

    /** One more than the highest. */
    static final int COUNT = GUARD_REMOVE + 1;
    private static final int FIRST_GAP = 5;

    private Madv() {}

    /** {@code madvise_behavior_valid}, apart from the guards, which not every release has. */
    static boolean isKnown(int advice) {
        return (advice >= NORMAL && advice < FIRST_GAP) || (advice >= FREE && advice <= COLLAPSE) || advice == HWPOISON
                || advice == SOFT_OFFLINE;
    }
}
