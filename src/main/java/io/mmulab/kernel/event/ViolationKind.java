package io.mmulab.kernel.event;

/** The rules that the checker watches. */
public enum ViolationKind {
    /** An access used a translation to a frame that no longer backs the page. */
    STALE_FRAME,
    /** A write went through after write permission was taken away by an operation that has returned. */
    STALE_WRITE,
    /** A device keeps faulting on an entry more restrictive than the page table: the bug of the thread. */
    LOST_UPGRADE,
    /** A callback that may sleep was called while a spinlock was held. */
    SLEEP_IN_ATOMIC,
    /** A subscriber of range start/end saw the PTE change before start(), or a start without its end. */
    BOOKEND,
    /** An operation returned, and a secondary MMU still caches an entry that it made wrong. */
    MISSED_NOTIFY,
    /** {@code WARN_ON} of mm/mmu_notifier.c: a subscriber broke the contract of its callbacks. */
    NOTIFIER_WARNING,
    /** Explorations only: actors wait for each other. */
    DEADLOCK
}
