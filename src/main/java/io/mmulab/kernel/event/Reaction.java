package io.mmulab.kernel.event;

/** What one subscriber did on a notifier call, or how a device's fault ended. */
public enum Reaction {
    /** Nothing of the range was cached. */
    NOTHING_CACHED,
    /** Cached entries were dropped; the entries column says how many. */
    DROPPED,
    /** The subscriber has the callback but this call does not concern it. */
    IGNORED,
    /** The callback would have had to sleep, and the range is not blockable: -EAGAIN. */
    WOULD_BLOCK,
    /** {@code change_pte}: the entry was pointed to the new page. */
    REPLACED,
    /** An ageing call: an entry was young. */
    YOUNG,
    /** An ageing call: no entry was young, or there was none. */
    OLD,
    /** A range closed: translations may be established again. */
    REOPENED,
    /** A device fault was handled and the access went through. */
    FILLED,
    /** As {@link #FILLED}, on a page that a spurious zap had taken away. */
    REFAULTED,
    /** A device fault was refused: no VMA, or no permission. */
    INVALID,
    /** The device kept faulting although each fault was handled; it gave up after its retry budget. */
    STUCK
}
