package io.mmulab.kernel.syscall;

/** Error numbers, as in {@code include/uapi/asm-generic/errno-base.h}. System calls return them negated. */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1),
    /** No such file or directory. */
    ENOENT(2),
    /** No such process. */
    ESRCH(3),
    /** Interrupted. */
    EINTR(4),
    /** Input or output error. */
    EIO(5),
    /** No such device or address. */
    ENXIO(6),
    /** Bad file descriptor. */
    EBADF(9),
    /** Try again. */
    EAGAIN(11),
    /** Out of memory. */
    ENOMEM(12),
    /** Permission denied. */
    EACCES(13),
    /** Bad address. */
    EFAULT(14),
    /** Busy. */
    EBUSY(16),
    /** Exists already. */
    EEXIST(17),
    /** No such device. */
    ENODEV(19),
    /** Invalid argument. */
    EINVAL(22),
    /** Value too large. */
    EOVERFLOW(75),
    /** Not supported. */
    EOPNOTSUPP(95),
    /** Memory page has a hardware error. */
    EHWPOISON(133);

    private static final long MAX_ERRNO = 4095;

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** What a system call returns for it. */
    public long returned() {
        return -number;
    }

    /** Whether a returned value is an error ({@code IS_ERR_VALUE}). */
    public static boolean isError(long returned) {
        return returned < 0 && returned >= -MAX_ERRNO;
    }

    /** The name of a returned error. */
    public static String nameOf(long returned) {
        for (Errno errno : values()) {
            if (errno.returned() == returned) {
                return errno.name();
            }
        }
        return "errno " + -returned;
    }
}
