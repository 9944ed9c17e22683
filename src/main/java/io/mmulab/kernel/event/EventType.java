package io.mmulab.kernel.event;

/**
 * {@code enum mmu_notifier_event} of {@code include/linux/mmu_notifier.h}, with {@link #PROTECTION_UPGRADE} of the patch
 * of May 2023 that was not merged.
 */
public enum EventType {
    /** The address range goes away: munmap(), the source of mremap(), the OOM reaper. */
    UNMAP,
    /** Entries are cleared or replaced for another reason; the addresses stay mapped. */
    CLEAR,
    /** The whole range follows the VMA's new protection. */
    PROTECTION_VMA,
    /** Protection changes page by page: fork's write protection, page_mkclean. */
    PROTECTION_PAGE,
    /** {@code MMU_NOTIFY_PROTECTION_UPGRADE}: only in the design {@code patch-v1}. */
    PROTECTION_UPGRADE,
    /** Soft-dirty bits are cleared; same pages, same access. */
    SOFT_DIRTY,
    /** The address space is gone (interval notifiers). */
    RELEASE,
    /** {@code migrate_vma_*()}: moved to or from device memory. */
    MIGRATE,
    /** A device-exclusive entry is made or removed. */
    EXCLUSIVE
}
