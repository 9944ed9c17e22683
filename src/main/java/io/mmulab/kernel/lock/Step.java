package io.mmulab.kernel.lock;

/** The kinds of points at which another actor could come in. */
public enum Step {
    /** A PTE is about to be read. */
    PTE_READ,
    /** A PTE is about to be written. */
    PTE_WRITE,
    /** A lock is about to be taken. */
    LOCK,
    /** A lock was released. */
    UNLOCK,
    /** CPU TLBs are about to be flushed. */
    FLUSH,
    /** A notifier callback is entered. */
    CALLBACK_ENTER,
    /** A notifier callback has returned. */
    CALLBACK_RETURN,
    /** A device is about to fill an entry from a page table. */
    DEVICE_FILL,
    /** A device is about to use a cached entry. */
    DEVICE_USE
}
