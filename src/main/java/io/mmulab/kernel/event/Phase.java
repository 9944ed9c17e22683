package io.mmulab.kernel.event;

/** What kind of thing a row of the event log is. */
public enum Phase {
    /** {@code __mmu_notifier_register()}: a subscriber joins an address space. */
    REGISTER(true),
    /** {@code mmu_notifier_unregister()}: a subscriber leaves. */
    UNREGISTER(true),
    /** {@code mmu_notifier_release()}: the address space ends. */
    RELEASE(true),
    /** {@code mmu_notifier_invalidate_range_start()}. */
    RANGE_START(true),
    /** {@code mmu_notifier_invalidate_range_end()}. */
    RANGE_END(true),
    /** {@code mmu_notifier_invalidate_range_only_end()}: end without invalidate_range (before 6.6). */
    RANGE_ONLY_END(true),
    /** {@code mmu_notifier_invalidate_range()}: the secondary-TLB hook before 6.6. Atomic, carries no event type. */
    INVALIDATE_RANGE(true),
    /** {@code mmu_notifier_arch_invalidate_secondary_tlbs()}: the secondary-TLB hook since 6.6. Atomic. */
    ARCH_INVALIDATE_SECONDARY_TLBS(true),
    /** {@code mmu_notifier_change_pte()}: a new page in place of the old one (before 6.10). Atomic. */
    CHANGE_PTE(true),
    /** {@code mmu_notifier_clear_flush_young()}: reclaim asks whether a page was used, and makes it old. Atomic. */
    CLEAR_FLUSH_YOUNG(true),
    /** {@code mmu_notifier_clear_young()}: as {@link #CLEAR_FLUSH_YOUNG}, without a flush. Atomic. */
    CLEAR_YOUNG(true),
    /** {@code mmu_notifier_test_young()}: whether a page was used. Atomic. */
    TEST_YOUNG(true),
    /** A CPU TLB flush, named in the cause column by the function that asked for it. */
    TLB_FLUSH(false),
    /** A fault that a device took and that the kernel handled. */
    DEVICE_FAULT(false),
    /** Entries that a subscriber dropped although they were still right after the operation. */
    SPURIOUS_ZAP(false),
    /** A rule was broken: see {@link ViolationKind}. */
    VIOLATION(false);

    private final boolean notifierCall;

    Phase(boolean notifierCall) {
        this.notifierCall = notifierCall;
    }

    /** Whether rows of this phase without a subscriber are calls into the mmu notifier machinery. */
    public boolean isNotifierCall() {
        return notifierCall;
    }
}
