package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

/**
 * A subscriber to a whole address space: {@code struct mmu_notifier} with its {@code mmu_notifier_ops}. A callback returns
 * how many cached entries it dropped, or {@link #IGNORED}.
 */
public interface MmuNotifier {
    /** Returned by a callback that the call does not concern. */
    int IGNORED = -1;

    /**
     * -EAGAIN: returned by a start that would have to sleep and must not. Only for a range that is not blockable, and only by
     * a subscriber that has no end.
     */
    int WOULD_BLOCK = -11;

    /** Number of the subscriber within the machine. */
    int id();

    /** {@code mn->ops}, by which {@link MmuNotifiers#get} knows the subscriber again; null if it is registered by itself. */
    default @Nullable MmuNotifierOps ops() {
        return null;
    }

    /** Whether it has {@code invalidate_range_start} and {@code invalidate_range_end}. */
    boolean hasRangeOps();

    /** Whether it has {@code invalidate_range_start}. */
    default boolean hasRangeStart() {
        return hasRangeOps();
    }

    /** Whether it has {@code invalidate_range_end}. */
    default boolean hasRangeEnd() {
        return hasRangeOps();
    }

    /** Whether it has the secondary-TLB hook ({@code invalidate_range}, since 6.6 {@code arch_invalidate_secondary_tlbs}). */
    boolean hasSecondaryTlbOp();

    /** Whether it has {@code change_pte}. */
    boolean hasChangePte();

    /**
     * {@code invalidate_range_start}: may sleep if the range is blockable; otherwise it may return {@link #WOULD_BLOCK}
     * instead.
     */
    int invalidateRangeStart(MmuNotifierRange range);

    /** {@code invalidate_range_end}. */
    void invalidateRangeEnd(MmuNotifierRange range);

    /** The secondary-TLB hook: atomic. {@code end} is -1 for the whole address space. */
    int invalidateSecondaryTlbs(int mm, long start, long end);

    /** {@code change_pte}: atomic. Returns 1 if an entry now points to the new page, 0 if there was none. */
    int changePte(int mm, long address, long pte);

    /** Whether it has {@code clear_flush_young}, {@code clear_young} and {@code test_young}. */
    default boolean hasYoungOps() {
        return false;
    }

    /** {@code clear_flush_young}: makes its entries of {@code [start, end)} old and flushes; whether one was young. Atomic. */
    default boolean clearFlushYoung(int mm, long start, long end) {
        return false;
    }

    /** {@code clear_young}: as {@link #clearFlushYoung}, without the flush. Atomic. */
    default boolean clearYoung(int mm, long start, long end) {
        return false;
    }

    /** {@code test_young}: whether its entry of the page at an address is young. Atomic, changes nothing. */
    default boolean testYoung(int mm, long address) {
        return false;
    }

    /** {@code release}: the address space ends; nothing of it may be used afterwards. */
    int release(int mm);

    /** {@code free_notifier}: the last reference was put, and nobody runs a callback any more. */
    default void freeNotifier() {}
}
