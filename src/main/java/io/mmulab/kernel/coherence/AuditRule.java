package io.mmulab.kernel.coherence;

/** What must hold of every machine whenever no operation is under way, and of the events of every operation. */
public enum AuditRule {
    /** VMAs are page aligned, not empty, below the end of user addresses, in order, and apart. */
    VMAS_IN_ORDER("mm/mmap.c validate_mm()"),
    /** {@code total_vm} is the pages of all VMAs, {@code locked_vm} of the locked ones, and so on. */
    TOTAL_VM("mm/mmap.c vm_stat_account()"),
    /** A VMA with anonymous pages has an anon_vma. */
    ANON_VMA("mm/rmap.c __anon_vma_prepare(), folio_add_new_anon_rmap()"),
    /** Every entry lies in a VMA. */
    ENTRY_IN_VMA("mm/memory.c unmap_vmas()"),
    /** Every table serves a VMA, is reached once, and is counted. */
    TABLE_IN_USE("mm/memory.c free_pgtables(); mm/debug.c check_mm(): non-zero pgtables_bytes"),
    /** An entry permits what its VMA permits, except that it may lack the right to write. */
    ENTRY_RIGHTS("mm/mprotect.c change_pte_range(); mm/memory.c maybe_mkwrite()"),
    /** A page of a shared or clean private file mapping is the page cache's, of the right offset; others are anonymous. */
    ENTRY_BACKING("mm/memory.c finish_fault(); mm/rmap.c __page_check_anon_rmap()"),
    /** A writable entry of a private mapping maps an exclusive anonymous page. */
    WRITABLE_IS_EXCLUSIVE("mm/memory.c: VM_BUG_ON(PageAnon(page) && !PageAnonExclusive(page)) of wp_page_reuse()"),
    /** An exclusive anonymous page is mapped once. */
    EXCLUSIVE_IS_MAPPED_ONCE("include/linux/page-flags.h PG_anon_exclusive"),
    /** An anonymous page is at one place of an address space. */
    ANON_MAPPED_ONCE_PER_MM("mm/rmap.c __page_set_anon_rmap(): one index"),
    /** Entries of a block with the contiguous bit are alike and map consecutive frames. */
    CONTIGUOUS_BLOCK("arch/arm64/mm/contpte.c"),
    /** Rss counters by kind are a recount of the page table. */
    RSS("mm/debug.c check_mm(): bad rss-counter state"),
    /** From a page its mappings are found: it knows the file or the anon_vma, which knows the VMA, at the right offset. */
    RMAP("mm/rmap.c rmap_walk()"),
    /** A file knows the VMAs that map it, and no others. */
    FILE_MAPPINGS("mm/mmap.c __vma_link_file()"),
    /** A swap slot is used as often as entries stand for it. */
    SWAP_COUNT("mm/swapfile.c swap_map"),
    /** A frame's map count is the number of entries that map it. */
    MAPCOUNT("mm/rmap.c; mm/page_alloc.c free_page_is_bad()"),
    /** A frame's references are those of page tables and of whoever else holds it: no leak, no use after free. */
    REFCOUNT("mm/page_alloc.c free_page_is_bad(): nonzero _refcount"),
    /** A pool has as many huge pages, free and used, as it says, and keeps what it promised. */
    HUGETLB_POOL("mm/hugetlb.c: nr_huge_pages, free_huge_pages, resv_huge_pages, surplus_huge_pages"),
    /** Frames in use are those with references. */
    FRAMES_IN_USE("mm/page_alloc.c"),
    /** A page is in one page cache at most, and knows that it is. */
    PAGE_CACHE("mm/filemap.c __filemap_add_folio()"),
    /** A dead address space has no VMA, no table and no count. */
    DEAD_IS_EMPTY("kernel/fork.c __mmdrop(), check_mm()"),
    /** A CPU caches no translation, and no right, that the page table does not give. */
    CPU_TLB("include/asm-generic/tlb.h"),
    /** Nor does a device. */
    DEVICE_TLB("include/linux/mmu_notifier.h"),
    /** R1: a new entry neither notifies nor flushes. */
    R1_NEW_ENTRY_IS_SILENT("Documentation/core-api/cachetlb.rst; mm/memory.c: no need to invalidate, was non-present"),
    /** R2: a more permissive entry for the same page opens no window; only the architecture's flush is heard. */
    R2_UPGRADE_OPENS_NO_WINDOW("mm/memory.c wp_page_reuse(), ptep_set_access_flags()"),
    /** R3: another page takes a page's place by clear, flush, invalidation of secondary TLBs, set, in this order. */
    R3_CLEAR_FLUSH_SET("mm/memory.c wp_page_copy()"),
    /** R4: what is taken away is flushed, and secondary TLBs are told, before the operation returns. */
    R4_LOSS_IS_FLUSHED("Documentation/mm/mmu_notifier.rst"),
    /** R5: a page that was mapped is not free before the flush. */
    R5_FLUSH_BEFORE_FREE("include/asm-generic/tlb.h");

    private final String source;

    AuditRule(String source) {
        this.source = source;
    }

    /** Where the kernel says or checks so. */
    public String source() {
        return source;
    }
}
