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
    /** start and end of PROTECTION_UPGRADE inside ptep_set_access_flags(), under the page-table lock: what nobody may do. */
    UPGRADE_UNDER_LOCK(
            "ptep_set_access_flags() calls start(PROTECTION_UPGRADE) and end itself, under the page-table lock: "
                    + "callbacks that may sleep are called where nothing may sleep",
            "Alistair Popple, 22 May 2023: why the callbacks can't be called from ptep_set_access_flags()"),
    /** The driver of an IOMMU invalidates the page of a request before it answers. */
    PAGE_RESPONSE(
            "the IOMMU driver invalidates the page of a stall or page request before it answers; a device without "
                    + "such requests is not helped",
            "Jason Gunthorpe, 27 May 2023, ZHKaBQt8623s9+VK"),
    /** flush_tlb_page() calls the secondary-TLB hook. */
    FLUSH_TLB_PAGE("flush_tlb_page() calls the hook for the page, where the architecture says so: secondaryTlbs.page",
            "6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs"),
    /** flush_tlb_range() calls the secondary-TLB hook. */
    FLUSH_TLB_RANGE(
            "flush_tlb_range() and the flush of an mmu_gather call the hook for the range, where the architecture "
                    + "says so: secondaryTlbs.range",
            "6bbd42e2df8f mmu_notifiers: call invalidate_range() when invalidating TLBs"),
    /** arm64, 6.6 to 6.14: the range has become empty when the hook is called. */
    FLUSH_TLB_RANGE_EMPTY(
            "with FLUSH_TLB_RANGE: the loop over the range has moved its start to its end when the hook is "
                    + "called, which hears an empty range and drops everything (arm64, 6.6 to 6.14)",
            "6bbd42e2df8f; fixed in March 2025: the macro no longer modifies its arguments"),
    /** flush_tlb_mm() calls the secondary-TLB hook with the whole address space. */
    FLUSH_TLB_MM(
            "flush_tlb_mm(), and a range that became a full flush, call the hook for the whole address space, where "
                    + "the architecture says so: secondaryTlbs.mm",
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
