package io.mmulab.kernel.fault;

/** {@code enum fault_flag} of {@code include/linux/mm_types.h}. */
public final class FaultFlags {
    /** {@code FAULT_FLAG_WRITE}. */
    public static final int WRITE = 0x01;
    /** {@code FAULT_FLAG_TRIED}: the second attempt. */
    public static final int TRIED = 0x20;
    /** {@code FAULT_FLAG_USER}: from user space. */
    public static final int USER = 0x40;
    /** {@code FAULT_FLAG_REMOTE}: not from the current task's own accesses. */
    public static final int REMOTE = 0x80;
    /** {@code FAULT_FLAG_INSTRUCTION}. */
    public static final int INSTRUCTION = 0x100;

    private FaultFlags() {}
}
