package io.mmulab.kernel.design;

/**
 * One place in the kernel that tells secondary MMUs about a change of the page tables, beyond the range start/end that
 * every design has. A design is a set of these.
 */
public enum NotifySite {
    /** range_end() calls invalidate_range for the whole range first. */
    RANGE_END("mmu_notifier_invalidate_range_end() calls invalidate_range over the full range, then end",
            "6.1 mm/mmu_notifier.c mn_hlist_invalidate_end"),
    /** ptep_clear_flush_notify() and its huge forms call invalidate_range under the page-table lock. */
    CLEAR_FLUSH("ptep_clear_flush_notify(): clear, CPU flush, invalidate_range, all under the page-table lock",
            "6.1 include/linux/mmu_notifier.h"),
    /** The flush of an mmu_gather calls invalidate_range for the gathered range. */
    GATHER_FLUSH("tlb_flush_mmu_tlbonly() calls invalidate_range over what was really cleared, before pages are freed",
            "6.1 include/asm-generic/tlb.h"),
    /** Reverse mapping calls invalidate_range where it made an address space leave a shared table of huge pages. */
    UNSHARE_FLUSH(
            "try_to_migrate_one() and try_to_unmap_one() call invalidate_range over the whole window after they have "
                    + "taken an address space off a shared PMD table and flushed it",
            "6.1 mm/rmap.c"),
    /** set_pte_at_notify() offers the new entry to subscribers before it is written. */
    CHANGE_PTE("set_pte_at_notify() calls change_pte before the new entry is written",
            "6.1 include/linux/mmu_notifier.h"),
    /** patch-v1: start and end of PROTECTION_UPGRADE after the page-table lock, at the tail of handle_pte_fault(). */
    UPGRADE_FAULT_TAIL("start(PROTECTION_UPGRADE) and end after the page-table lock is dropped, if the entry changed, "
            + "at the tail of handle_pte_fault() and in hugetlb_fault()", "20230522063725.284686-1-apopple@nvidia.com"),
    /** The CPU flush inside ptep_set_access_flags() is followed by the secondary-TLB hook. */
    SET_ACCESS_FLAGS_FLUSH("ptep_set_access_flags() calls invalidate_range after its own CPU flush, if it flushed",
            "Catalin Marinas, 22 May 2023; Alistair Popple, 24 May 2023 (arm64: Notify on pte permission upgrades)"),
    /** flush_tlb_page() calls the secondary-TLB hook. */
    FLUSH_TLB_PAGE("arm64: __flush_tlb_page_nosync(); x86: flush_tlb_mm_range() of one page",
            "6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs"),
    /** flush_tlb_range() calls the secondary-TLB hook. */
    FLUSH_TLB_RANGE("arm64: __flush_tlb_range(); x86: flush_tlb_mm_range()",
            "6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs"),
    /** flush_tlb_mm() calls the secondary-TLB hook with the whole address space. */
    FLUSH_TLB_MM("arm64: flush_tlb_mm(); x86: flush_tlb_mm_range(0, TLB_FLUSH_ALL)",
            "6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs");

    private final String rule;
    private final String source;

    NotifySite(String rule, String source) {
        this.rule = rule;
        this.source = source;
    }

    /** What the call does and when. */
    public String rule() {
        return rule;
    }

    /** The function, commit or message that has it. */
    public String source() {
        return source;
    }
}
