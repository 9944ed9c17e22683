package io.mmulab.kernel.notifier;

/**
 * A subscriber: {@code struct mmu_notifier} with its {@code mmu_notifier_ops}. A callback returns how many cached entries
 * it dropped, or {@link #IGNORED}.
 */
public interface MmuNotifier {
    /** Returned by a callback that the call does not concern. */
    int IGNORED = -1;

    /** Number of the subscriber within the machine. */
    int id();

    /** Whether it has {@code invalidate_range_start} and {@code invalidate_range_end}. */
    boolean hasRangeOps();

    /** Whether it has the secondary-TLB hook ({@code invalidate_range}, since 6.6 {@code arch_invalidate_secondary_tlbs}). */
    boolean hasSecondaryTlbOp();

    /** Whether it has {@code change_pte}. */
    boolean hasChangePte();

    /** {@code invalidate_range_start}: may sleep if the range is blockable. */
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
}
