package io.mmulab.kernel.event;

/**
 * Why an event happened: the kernel function that made the call, or the rule that produced the row. Each names where it
 * stands in Linux, so that a reader can look it up.
 */
public enum Cause {
    /** A present, permitted PTE is made young or dirty at the end of a fault. */
    HANDLE_PTE_FAULT("handle_pte_fault", "mm/memory.c"),
    /** A write-protected page that nobody else uses is made writable in place. */
    WP_PAGE_REUSE("wp_page_reuse", "mm/memory.c"),
    /** Copy on write. */
    WP_PAGE_COPY("wp_page_copy", "mm/memory.c"),
    /** munmap, MAP_FIXED over a mapping, brk shrink, exit. */
    UNMAP_VMAS("unmap_vmas", "mm/memory.c"),
    /** madvise(MADV_DONTNEED), truncate, hole punch. */
    ZAP_PAGE_RANGE_SINGLE("zap_page_range_single", "mm/memory.c"),
    /** Writeback makes a mapping of a page clean and read-only. */
    PAGE_MKCLEAN_ONE("page_vma_mkclean_one", "mm/rmap.c"),
    /** KSM write-protects a candidate. */
    WRITE_PROTECT_PAGE("write_protect_page", "mm/ksm.c"),
    /** KSM puts the shared page in the place of an equal one. */
    REPLACE_PAGE("replace_page", "mm/ksm.c"),
    /** madvise(MADV_COLD). */
    MADVISE_COLD("madvise_cold", "mm/madvise.c"),
    /** madvise(MADV_PAGEOUT). */
    MADVISE_PAGEOUT("madvise_pageout", "mm/madvise.c"),
    /** madvise(MADV_FREE). */
    MADVISE_FREE_SINGLE_VMA("madvise_free_single_vma", "mm/madvise.c"),
    /** The end of an mmu_gather: flush, then free. */
    TLB_FINISH_MMU("tlb_finish_mmu", "mm/mmu_gather.c"),
    /** The end of a VMA in an mmu_gather, on architectures that do not gather across VMAs. */
    TLB_END_VMA("tlb_end_vma", "include/asm-generic/tlb.h"),
    /** The flush of an mmu_gather. */
    TLB_FLUSH_MMU_TLBONLY("tlb_flush_mmu_tlbonly", "include/asm-generic/tlb.h"),
    /** Page-table pages without a VMA are freed. */
    FREE_PGTABLES("free_pgtables", "mm/memory.c"),
    /** mprotect. */
    CHANGE_PROTECTION("change_protection", "mm/mprotect.c"),
    /** fork write-protects the parent's private pages. */
    COPY_PAGE_RANGE("copy_page_range", "mm/memory.c"),
    /** UFFDIO_MOVE. */
    UFFD_MOVE_PAGES("move_pages_pte", "mm/userfaultfd.c"),
    /** A write to /proc/PID/clear_refs. */
    CLEAR_REFS_WRITE("clear_refs_write", "fs/proc/task_mmu.c"),
    /** fork flushes the parent once, after all VMAs. */
    DUP_MMAP("dup_mmap", "kernel/fork.c"),
    /** The OOM reaper, or process_mrelease, empties the address space of a process that was killed. */
    OOM_REAP_TASK_MM("__oom_reap_task_mm", "mm/oom_kill.c"),
    /** The address space ends. */
    EXIT_MMAP("exit_mmap", "mm/mmap.c"),
    /** mremap moves page tables. */
    MOVE_PAGE_TABLES("move_page_tables", "mm/mremap.c"),
    /** The tags of TLB entries are used up and given out anew. */
    NEW_CONTEXT("new_context", "arch/arm64/mm/context.c, arch/*/include/asm/mmu_context.h"),
    /** The write of an entry flushes what it replaces, on architectures whose flush functions are empty. */
    SET_PTE_AT("set_pte_at", "arch/s390/mm/pgtable.c, arch/sparc/mm/tlb.c, arch/powerpc/mm/book3s64/hash_tlb.c"),
    /** The architecture's ptep_set_access_flags(). */
    PTEP_SET_ACCESS_FLAGS("ptep_set_access_flags", "arch/*/mm"),
    /** Clear, flush, and tell. */
    PTEP_CLEAR_FLUSH("ptep_clear_flush", "mm/pgtable-generic.c"),
    /** A block of contiguous entries is folded or unfolded (arm64). */
    CONTPTE_CONVERT("contpte_convert", "arch/arm64/mm/contpte.c"),
    /** The entries of a contiguous block become more permissive together (arm64). */
    CONTPTE_PTEP_SET_ACCESS_FLAGS("contpte_ptep_set_access_flags", "arch/arm64/mm/contpte.c"),
    /** Small pages are copied into a huge one. */
    COLLAPSE_HUGE_PAGE("collapse_huge_page", "mm/khugepaged.c"),
    /** A table of PTEs is taken out for a huge page. */
    PMDP_COLLAPSE_FLUSH("pmdp_collapse_flush", "mm/pgtable-generic.c"),
    /** A huge PMD becomes a table of PTEs. */
    SPLIT_HUGE_PMD("__split_huge_pmd", "mm/huge_memory.c"),
    /** A write to the huge zero page gets a huge page. */
    DO_HUGE_ZERO_WP_PMD("do_huge_zero_wp_pmd", "mm/huge_memory.c"),
    /** A huge PMD is moved by mremap. */
    MOVE_HUGE_PMD("move_huge_pmd", "mm/huge_memory.c"),
    /** A hugetlb entry is cleared and flushed. */
    HUGE_PTEP_CLEAR_FLUSH("huge_ptep_clear_flush", "arch/arm64/mm/hugetlbpage.c, include/asm-generic/hugetlb.h"),
    /** Copy on write of a hugetlb page. */
    HUGETLB_WP("hugetlb_wp", "mm/hugetlb.c"),
    /** A fault of a hugetlb page made its entry more permissive. */
    HUGETLB_FAULT("hugetlb_fault", "mm/hugetlb.c"),
    /** fork copies the entries of a hugetlb VMA. */
    COPY_HUGETLB_PAGE_RANGE("copy_hugetlb_page_range", "mm/hugetlb.c"),
    /** mprotect of a hugetlb VMA. */
    HUGETLB_CHANGE_PROTECTION("hugetlb_change_protection", "mm/hugetlb.c"),
    /** Huge pages leave a VMA. */
    UNMAP_HUGEPAGE_RANGE("__unmap_hugepage_range", "mm/hugetlb.c"),
    /** mremap moves a hugetlb VMA. */
    MOVE_HUGETLB_PAGE_TABLES("move_hugetlb_page_tables", "mm/hugetlb.c"),
    /** Page tables that several mappings of a file share become private. */
    HUGETLB_UNSHARE_PMDS("hugetlb_unshare_pmds", "mm/hugetlb.c"),
    /** The flush right after, while others still cannot use the table. */
    HUGE_PMD_UNSHARE_FLUSH("huge_pmd_unshare_flush", "mm/hugetlb.c"),
    /** A huge leaf is cleared and flushed. */
    PMDP_HUGE_CLEAR_FLUSH("pmdp_huge_clear_flush", "mm/pgtable-generic.c"),
    /** A huge leaf is hidden from the hardware and flushed. */
    PMDP_INVALIDATE("pmdp_invalidate", "mm/pgtable-generic.c"),
    /** Reclaim or memory failure takes a page from those that map it. */
    TRY_TO_UNMAP_ONE("try_to_unmap_one", "mm/rmap.c"),
    /** The flush that reclaim has put off. */
    TRY_TO_UNMAP_FLUSH("try_to_unmap_flush", "mm/rmap.c"),
    /** Somebody changes entries while a flush is put off. */
    FLUSH_TLB_BATCHED_PENDING("flush_tlb_batched_pending", "mm/rmap.c"),
    /** Migration takes a page from those that map it. */
    TRY_TO_MIGRATE_ONE("try_to_migrate_one", "mm/rmap.c"),
    /** Before 6.6: the secondary-TLB call inside range_end. */
    INVALIDATE_RANGE_END("__mmu_notifier_invalidate_range_end", "mm/mmu_notifier.c"),
    /** Before 6.10: set_pte_at_notify(). */
    SET_PTE_AT_NOTIFY("set_pte_at_notify", "include/linux/mmu_notifier.h"),
    /** Reclaim looks whether a page was used lately. */
    PAGE_REFERENCED("folio_referenced_one", "mm/rmap.c"),
    /** Idle-page tracking clears the accessed bits of a page. */
    PAGE_IDLE_CLEAR_PTE_REFS("page_idle_clear_pte_refs_one", "mm/page_idle.c"),
    /** khugepaged looks whether a page of a range was used. */
    KHUGEPAGED_SCAN("hpage_collapse_scan_pmd", "mm/khugepaged.c"),
    /** A device asked for a page through the IOMMU's SVA fault handler. */
    IOMMU_SVA_HANDLE_MM("iommu_sva_handle_mm", "drivers/iommu/iommu-sva.c"),
    /** Pages of a range are collected, to move to a device or from it. */
    MIGRATE_VMA_COLLECT("migrate_vma_collect", "mm/migrate_device.c"),
    /** Holes of a range get pages of a device. */
    MIGRATE_VMA_PAGES("migrate_vma_pages", "mm/migrate_device.c"),
    /** A device takes a page for itself. */
    MAKE_DEVICE_EXCLUSIVE("make_device_exclusive", "mm/rmap.c"),
    /** A CPU wants a page that a device has for itself. */
    REMOVE_DEVICE_EXCLUSIVE_ENTRY("remove_device_exclusive_entry", "mm/memory.c"),
    /** A driver that mirrors the page table asked for a page. */
    HMM_RANGE_FAULT("hmm_range_fault", "mm/hmm.c"),
    /** A driver pinned a page, or mapped it once. */
    PIN_USER_PAGES("pin_user_pages", "mm/gup.c"),
    /** A guest access reached KVM's page-fault path. */
    KVM_FAULTIN_PFN("kvm_faultin_pfn", "virt/kvm/kvm_main.c"),
    /** A subscriber registers. */
    MMU_NOTIFIER_REGISTER("__mmu_notifier_register", "mm/mmu_notifier.c"),
    /** A subscriber unregisters. */
    MMU_NOTIFIER_UNREGISTER("mmu_notifier_unregister", "mm/mmu_notifier.c"),
    /** The last user of a subscriber puts it. */
    MMU_NOTIFIER_PUT("mmu_notifier_put", "mm/mmu_notifier.c"),
    /** A subscriber of an interval comes. */
    MMU_INTERVAL_NOTIFIER_INSERT("mmu_interval_notifier_insert", "mm/mmu_notifier.c"),
    /** A subscriber of an interval goes. */
    MMU_INTERVAL_NOTIFIER_REMOVE("mmu_interval_notifier_remove", "mm/mmu_notifier.c"),
    /** The last user of an address space is gone. */
    MMU_NOTIFIER_RELEASE("__mmu_notifier_release", "mm/mmu_notifier.c"),
    /** The checker, at the end of the operation. */
    OPERATION_RETURNED("operation returned", "the checker"),
    /** The checker, at an access of a device. */
    DEVICE_ACCESS("device access", "the checker");

    private final String function;
    private final String source;

    Cause(String function, String source) {
        this.function = function;
        this.source = source;
    }

    /** The kernel function's name, as in the source. */
    public String function() {
        return function;
    }

    /** The file of the Linux source tree that has it. */
    public String source() {
        return source;
    }
}
