package io.mmulab.kernel.gup;

/** {@code FOLL_*} of {@code include/linux/mm_types.h} and {@code mm/internal.h}: how pages are asked for. */
public final class Foll {
    /** {@code FOLL_WRITE}: the entry must be writable. */
    public static final int WRITE = 1;
    /** {@code FOLL_GET}: with a reference. */
    public static final int GET = 1 << 1;
    /** {@code FOLL_FORCE}: rights of the VMA do not count, as for a debugger. */
    public static final int FORCE = 1 << 3;
    /** {@code FOLL_NOWAIT}: rather no page than waiting for I/O. */
    public static final int NOWAIT = 1 << 5;
    /** {@code FOLL_HWPOISON}: failed memory is {@code -EHWPOISON}, not {@code -EFAULT}. */
    public static final int HWPOISON = 1 << 6;
    /** {@code FOLL_LONGTERM}: kept for as long as user space likes. */
    public static final int LONGTERM = 1 << 8;
    /** {@code FOLL_INTERRUPTIBLE}: any signal ends the wait. */
    public static final int INTERRUPTIBLE = 1 << 11;
    /** {@code FOLL_TOUCH}: the page counts as accessed. */
    public static final int TOUCH = 1 << 16;
    /** {@code FOLL_TRIED}: the second attempt. */
    public static final int TRIED = 1 << 17;
    /** {@code FOLL_REMOTE}: of another task. */
    public static final int REMOTE = 1 << 18;
    /** {@code FOLL_PIN}: with a pin, which says that the page may be written at any time. */
    public static final int PIN = 1 << 19;
    /** {@code FOLL_UNLOCKABLE}: the fault may drop mmap_lock and ask for a retry. */
    public static final int UNLOCKABLE = 1 << 21;

    /** {@code FOLL_MADV_POPULATE}: a hole is {@code -ENOMEM}, missing rights are {@code -EINVAL}. */
    public static final int MADV_POPULATE = 1 << 22;
    /** {@code FOLL_HONOR_NUMA_FAULT}: entries without rights are faulted, not followed. */
    public static final int HONOR_NUMA_FAULT = 1 << 12;

    private Foll() {}
}
