package io.mmulab.kernel.notifier;

/** {@code struct mmu_interval_notifier_ops}: what a driver does when something happens in its interval. */
public interface MmuIntervalNotifierOps {
    /**
     * {@code invalidate}: on return the driver uses no translation of the range. It must first call
     * {@link MmuIntervalNotifier#setSeq} under its own lock, unless it never asks {@link MmuIntervalNotifier#readRetry}.
     *
     * @param currentSeq for {@code setSeq}: odd
     * @return entries dropped, {@link MmuNotifier#IGNORED}, or {@link MmuNotifier#WOULD_BLOCK} (the kernel's {@code false})
     *         if it would have to sleep and the range is not blockable
     */
    int invalidate(MmuIntervalNotifier subscription, MmuNotifierRange range, long currentSeq);

    /**
     * Whether it works in two passes: {@link #invalidate} is then {@code invalidate_start}, and all subscribers begin before
     * the first one finishes. Only releases that know it ask.
     */
    default boolean hasFinish() {
        return false;
    }

    /** {@code invalidate_finish}: waits for what {@link #invalidate} has begun. */
    default void invalidateFinish(@SuppressWarnings("unused") MmuIntervalNotifier subscription) {}
}
