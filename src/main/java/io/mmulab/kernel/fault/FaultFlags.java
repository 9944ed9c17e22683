package io.mmulab.kernel.fault;

/** {@code enum fault_flag} of {@code include/linux/mm_types.h}. */
public final class FaultFlags {
    /** {@code FAULT_FLAG_WRITE}. */
    public static final int WRITE = 0x01;
    /** {@code FAULT_FLAG_ALLOW_RETRY}: the handler may drop the lock and ask for another attempt. */
    public static final int ALLOW_RETRY = 0x04;
    /** {@code FAULT_FLAG_RETRY_NOWAIT}: … and must not wait. */
    public static final int RETRY_NOWAIT = 0x08;
    /** {@code FAULT_FLAG_KILLABLE}. */
    public static final int KILLABLE = 0x10;
    /** {@code FAULT_FLAG_TRIED}: the second attempt. */
    public static final int TRIED = 0x20;
    /** {@code FAULT_FLAG_USER}: from user space. */
    public static final int USER = 0x40;
    /** {@code FAULT_FLAG_REMOTE}: not from the current task's own accesses. */
    public static final int REMOTE = 0x80;
    /** {@code FAULT_FLAG_INSTRUCTION}. */
    public static final int INSTRUCTION = 0x100;

    /** {@code FAULT_FLAG_INTERRUPTIBLE}. */
    public static final int INTERRUPTIBLE = 0x200;
    /** {@code FAULT_FLAG_UNSHARE}: a private page, please, but read-only. */
    public static final int UNSHARE = 0x400;
    /** {@code FAULT_FLAG_VMA_LOCK}: the VMA's lock is held, not the mmap_lock. */
    public static final int VMA_LOCK = 0x1000;

    /** {@code FAULT_FLAG_DEFAULT}. */
    public static final int DEFAULT = ALLOW_RETRY | KILLABLE | INTERRUPTIBLE;

    private FaultFlags() {}
}
