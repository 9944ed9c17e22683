package io.mmulab.kernel.fault;

/** {@code enum vm_fault_reason} of {@code include/linux/mm_types.h}. */
public final class VmFault {
    /** Handled. */
    public static final int OK = 0;
    /** Out of memory. */
    public static final int OOM = 0x0001;
    /** Bad access. */
    public static final int SIGBUS = 0x0002;
    /** I/O was needed. */
    public static final int MAJOR = 0x0004;
    /** A write-protect fault was resolved (before 6.2). */
    public static final int WRITE = 0x0008;
    /** The memory has failed. */
    public static final int HWPOISON = 0x0010;
    /** A part of a huge page has failed. */
    public static final int HWPOISON_LARGE = 0x0020;
    /** Segmentation fault. */
    public static final int SIGSEGV = 0x0040;
    /** The entry was installed by the handler itself (fault-around). */
    public static final int NOPAGE = 0x0100;

    /** The page is returned locked. */
    public static final int LOCKED = 0x0200;
    /** The lock was dropped: try again. */
    public static final int RETRY = 0x0400;
    /** The huge fault was not taken: try a smaller one. */
    public static final int FALLBACK = 0x0800;
    /** The file system has done the copy. */
    public static final int DONE_COW = 0x1000;
    /** Done, and the lock was dropped. */
    public static final int COMPLETED = 0x4000;

    private static final int ERROR = OOM | SIGBUS | SIGSEGV | HWPOISON | HWPOISON_LARGE;

    private VmFault() {}

    /** {@code VM_FAULT_ERROR}. */
    public static boolean isError(int result) {
        return (result & ERROR) != 0;
    }
}
