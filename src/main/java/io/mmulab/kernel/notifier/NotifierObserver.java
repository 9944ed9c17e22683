package io.mmulab.kernel.notifier;

import io.mmulab.kernel.event.Cause;

/** Watches the notifier machinery without changing it: the checker's view. */
public interface NotifierObserver {
    /** A window opens; its callbacks have not run yet. */
    void windowOpens(MmuNotifierRange range, boolean hasRangeSubscriber);

    /** A window has closed, or could not be opened. */
    void windowClosed(MmuNotifierRange range);

    /** A callback that may sleep is about to run. */
    void sleepableCallback(int mm, int subscriber, long start, long end, Cause cause);

    /** {@code WARN_ON} of {@code mm/mmu_notifier.c}: a subscriber broke the contract of its callbacks. */
    void warned(int mm, int subscriber, long start, long end, Cause cause);
}
