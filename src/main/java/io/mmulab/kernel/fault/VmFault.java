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
    /** Segmentation fault. */
    public static final int SIGSEGV = 0x0040;
    /** The entry was installed by the handler itself (fault-around). */
    public static final int NOPAGE = 0x0100;

    private static final int ERROR = OOM | SIGBUS | SIGSEGV;

    private VmFault() {}

    /** {@code VM_FAULT_ERROR}. */
    public static boolean isError(int result) {
        return (result & ERROR) != 0;
    }
}
