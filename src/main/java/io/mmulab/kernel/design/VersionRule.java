package io.mmulab.kernel.design;

/**
 * One thing that some releases of Linux do and others do not, with the releases that do it. A handler asks
 * {@link KernelVersion#has}; nothing compares version numbers elsewhere. Where only recordings show a difference, the
 * boundary is the first preset that has it.
 */
public enum VersionRule {
    /** The window of the interval tree stays open when a subscriber of the list refuses. */
    FAILED_START_LEAKS_INTERVAL_WINDOW(
            "a start that may not block and fails in the list leaves the window of the interval tree open", 0,
            Integer.MAX_VALUE,
            "mm/mmu_notifier.c __mmu_notifier_invalidate_range_start() of 6.1, 6.12 and 7.3: no mn_itree_inv_end()"),
    /** A device takes one entry for itself, which stays counted. */
    DEVICE_EXCLUSIVE_KEEPS_RMAP(
            "make_device_exclusive replaces one entry, of a page and in a window of that page, and the page stays counted as "
                    + "mapped; its restoration is a CLEAR; before: all mappings of the folio, EXCLUSIVE without an owner",
            615, Integer.MAX_VALUE,
            "7.3 mm/rmap.c make_device_exclusive(), 6.12 mm/rmap.c page_make_device_exclusive_one()"),
    /** Interval notifiers have a second pass. */
    INTERVAL_NOTIFIERS_FINISH_LATER(
            "interval notifiers may work in two passes: all begin to invalidate before the first one waits for its device",
            703, Integer.MAX_VALUE, "7.3 mm/mmu_notifier.c mn_itree_finish_pass()"),
    /** A user fault first tries the VMA's own lock. */
    PER_VMA_LOCK("a user fault first tries the per-VMA lock", 604, Integer.MAX_VALUE,
            "mm/memory.c lock_vma_under_rcu()"),
    /** A resolved write-protect fault says so in its result. */
    WP_FAULT_RETURNS_WRITE("do_wp_page() returns VM_FAULT_WRITE", 0, 602, "6.1 mm/memory.c; gone in 6.2; recordings"),
    /** A read fault on a dirty page of a writable shared mapping makes a dirty entry. */
    DIRTY_FOLIO_MAPPED_DIRTY("an entry that a read fault makes writable is dirty if the page is", 613,
            Integer.MAX_VALUE,
            "7.3 mm/memory.c set_pte_range()"),
    /** A merged page becomes private again without a write. */
    BREAK_KSM_UNSHARES("a merged page becomes private again by an unshare fault, read-only; before: by a write fault",
            602,
            Integer.MAX_VALUE, "mm/ksm.c break_ksm()"),
    /** smaps counts merged pages. */
    SMAPS_SHOWS_KSM("smaps has a counter KSM", 606, Integer.MAX_VALUE, "fs/proc/task_mmu.c __show_smap(), since 6.6"),
    /** mprotect opens its window per PUD instead of per PMD range. */
    MPROTECT_WINDOW_PER_PUD(
            "a PROTECTION_VMA window of mprotect starts at the first populated PUD and covers 512 GiB at "
                    + "most; before: at the first populated PMD, 1 GiB at most",
            612, Integer.MAX_VALUE,
            "6.1 mm/mprotect.c change_pmd_range, 6.12 change_pud_range; recordings"),
    /** Large anonymous mappings are placed 2 MiB aligned. */
    ANON_THP_ALIGNED_PLACEMENT("a large anonymous mapping without a hint is placed 2 MiB aligned", 607,
            Integer.MAX_VALUE,
            "mm/mmap.c __get_unmapped_area()"),
    /** Of a padded gap that begins aligned, the upper end is used. */
    ALIGNED_PLACEMENT_TAKES_TOP(
            "placement at a huge-page boundary takes the upper end of its padded gap where both ends are aligned", 608,
            Integer.MAX_VALUE, "mm/huge_memory.c __thp_get_unmapped_area()"),
    /** A mapping between two neighbours of different anon_vma joins the right one. */
    GAP_FILL_MERGES_RIGHT(
            "a mapping that fills a gap between two neighbours whose anon_vmas differ joins the right one; "
                    + "later: the left one",
            0, 602, "recordings of 6.1, 6.12 and 7.3: vma_merge_two_faulted_gap_fill"),
    /** A faulted range may join an unfaulted neighbour. */
    FAULTED_JOINS_UNFAULTED("a range with an anon_vma merges with a neighbour without one, which takes it over", 616,
            Integer.MAX_VALUE,
            "mm/vma.c is_mergeable_anon_vma(); recordings of 7.3"),
    /** Private mappings of files merge only where the offsets of their private pages continue, too. */
    ANON_OFFSETS_OF_FILE_MAPPINGS(
            "private mappings of a file merge only if the offsets of private pages continue as well", 703,
            Integer.MAX_VALUE, "7.3 mm/vma.c needs_adjacent_anon_pgoff()"),
    /** A destination next to a source that stays joins nothing at all. */
    KEPT_SOURCE_PREVENTS_MERGE(
            "mremap with MREMAP_DONTUNMAP of an unfaulted mapping to a place next to it joins no neighbour there; "
                    + "later: not the source only",
            0, 612, "6.1 mm/mmap.c copy_vma()"),
    /** mremap begins a move at the start of a page table if nothing else is there. */
    MREMAP_REALIGNS("mremap moves a page table as a whole, too, where it is the first of the range in part", 607,
            Integer.MAX_VALUE, "mm/mremap.c try_realign_addr()"),
    /** mremap moves several mappings at once. */
    MREMAP_MOVES_MANY("mremap with MREMAP_FIXED and an unchanged length moves several mappings, with the gaps between",
            617,
            Integer.MAX_VALUE, "mm/mremap.c remap_move()"),
    /** On arm64 the flush of a moved table is a function of its own. */
    MOVED_TABLE_FLUSH_IS_A_CALL(
            "a probe sees the flush of a page table that mremap has moved (arm64); before, it is part of its caller",
            613, Integer.MAX_VALUE, "recordings: mremap_pmd_aligned_move on 7.3"),
    /** Unmapping empties the LRU batches of the CPU. */
    UNMAP_DRAINS_LRU("munmap, exit, MADV_DONTNEED and truncation move pages from the LRU batches to the lists first", 0,
            614,
            "mm/memory.c zap_page_range_single(), mm/mmap.c exit_mmap(): lru_add_drain()"),
    /** madvise flushes once. */
    MADVISE_FLUSHES_ONCE("MADV_DONTNEED and MADV_FREE gather over all VMAs and flush once; before: VMA by VMA", 616,
            Integer.MAX_VALUE, "mm/madvise.c madvise_batch_tlb_flush()"),
    /** mremap looks at all arguments before it looks at the mapping. */
    MREMAP_CHECKS_ARGUMENTS_FIRST(
            "mremap refuses bad lengths and destinations, whatever is mapped; before: after the source was found", 617,
            Integer.MAX_VALUE, "mm/mremap.c check_mremap_params()"),
    /** Some flags survive merging. */
    STICKY_VMA_FLAGS("merging keeps VM_SOFTDIRTY and VM_MAYBE_GUARD of any part", 703, Integer.MAX_VALUE,
            "7.3 include/linux/mm.h VMA_STICKY_FLAGS"),
    /** mprotect gives back the charge of an unfaulted mapping that becomes read-only. */
    MPROTECT_UNCHARGES_UNFAULTED(
            "mprotect clears VM_ACCOUNT of anonymous memory without an anon_vma that is no longer writable", 612,
            Integer.MAX_VALUE, "mm/mprotect.c mprotect_fixup(); recordings of 6.1 and 6.12"),
    /** madvise can install guards. */
    GUARD_REGIONS("madvise knows MADV_GUARD_INSTALL and MADV_GUARD_REMOVE", 613, Integer.MAX_VALUE,
            "include/uapi/asm-generic/mman-common.h of 6.13; recordings: EINVAL before"),
    /** process_madvise of the own address space may do all that madvise may. */
    PROCESS_MADVISE_SELF_FREELY("process_madvise of the caller's own address space takes every advice", 613,
            Integer.MAX_VALUE, "mm/madvise.c process_madvise()"),
    /** MADV_DOFORK looks at all special mappings. */
    DOFORK_REFUSES_SPECIAL("MADV_DOFORK is refused on any VM_SPECIAL mapping, hugetlb included; before: on VM_IO", 703,
            Integer.MAX_VALUE, "mm/madvise.c madvise_vma_behavior()"),
    /** MAP_FIXED unmaps what is there after all checks. */
    MMAP_CHECKS_BEFORE_UNMAP(
            "mmap over mappings looks at limits and overcommit for what it adds, and unmaps then; before: it unmaps "
                    + "first and reports any error of that as ENOMEM",
            612, Integer.MAX_VALUE, "mm/mmap.c mmap_region()"),
    /** /proc/PID/smaps knows VM_LOCKONFAULT by name. */
    LOCKONFAULT_HAS_NAME("VmFlags of smaps shows VM_LOCKONFAULT as lf; before: ??", 612, Integer.MAX_VALUE,
            "fs/proc/task_mmu.c show_smap_vma_flags(); recordings of 6.1 and 6.12"),
    /** Anonymous memory can have huge pages of sizes below the PMD. */
    MULTI_SIZE_THP("anonymous memory can have huge pages of other sizes than the PMD's", 608, Integer.MAX_VALUE,
            "mm/huge_memory.c thpsize_create()"),
    /** A page of a large folio is never reused by a write fault unless it is exclusive. */
    NO_LARGE_ANON_FOLIO_REUSE(
            "a write copies the page of a large folio that is not marked exclusive; before: unless it "
                    + "is the last mapping of the folio",
            608, 615, "mm/memory.c wp_can_reuse_anon_folio()"),
    /** … and is reused again if the folio is mapped by one address space only. */
    LARGE_ANON_FOLIO_REUSE("a write reuses the page of a large folio if all mappings of the folio are in its address "
            + "space and nothing else refers to it", 615, Integer.MAX_VALUE,
            "mm/memory.c __wp_can_reuse_large_anon_folio(); recordings: mthp_64k_fork_cow"),
    /** mprotect changes the entries of a large folio together. */
    MPROTECT_IN_BATCHES("mprotect gives the entries of a large folio the same accessed and dirty bits, and leaves "
            + "contiguous blocks folded", 617, Integer.MAX_VALUE,
            "mm/mprotect.c change_present_ptes(); recordings: thp_mprotect_partial"),
    /** get_user_pages takes all pages of a huge leaf at once. */
    GUP_TAKES_WHOLE_LEAF("get_user_pages() takes the pages that one huge leaf maps in one step", 605,
            Integer.MAX_VALUE, "mm/gup.c __get_user_pages()"),
    /** mremap moves contiguous blocks as such. */
    MREMAP_IN_BATCHES("mremap moves the entries of contiguous blocks together (arm64)", 617, Integer.MAX_VALUE,
            "mm/mremap.c mremap_folio_pte_batch()"),
    /** A collapse needs a writable page. */
    COLLAPSE_NEEDS_WRITABLE("a range is collapsed only if one of its pages is mapped writable", 0, 618,
            "mm/khugepaged.c SCAN_PAGE_RO"),
    /** A collapse clears the entries of a large folio together. */
    COLLAPSE_IN_BATCHES("a collapse clears the entries of a large folio together, so that contiguous blocks need not "
            + "be unfolded (arm64)", 617, Integer.MAX_VALUE, "mm/khugepaged.c __collapse_huge_page_copy_succeeded()"),
    /** MADV_COLLAPSE goes on after a range without page tables. */
    COLLAPSE_SKIPS_EMPTY("MADV_COLLAPSE goes on after an empty range; before: it ends there", 617, Integer.MAX_VALUE,
            "mm/khugepaged.c check_pmd_state()"),
    /** MADV_COLLAPSE says EBUSY where userfaultfd forbids it. */
    COLLAPSE_BUSY_FOR_USERFAULTS("MADV_COLLAPSE says EBUSY, not EINVAL, of pages that userfaultfd wants to hear of",
            610,
            Integer.MAX_VALUE, "mm/khugepaged.c madvise_collapse_errno()"),
    /** A large folio of shared memory must fit the VMA that faults. */
    SHMEM_FOLIO_FITS_VMA("a fault allocates a large folio of shared memory only if the VMA can hold it", 611,
            Integer.MAX_VALUE, "mm/shmem.c shmem_suitable_orders()"),
    /** MADV_NOHUGEPAGE keeps huge pages of files from being mapped as such. */
    FILE_PMD_RESPECTS_NOHUGEPAGE("a huge page that a file already has is not mapped by one entry where huge pages are "
            + "refused", 612, Integer.MAX_VALUE, "mm/memory.c do_set_pmd()"),
    /** What shared memory may have is held against what fits the VMA. */
    SHMEM_ORDERS_MUST_FIT(
            "shared memory is eligible for huge pages only if the VMA can hold one of a size that is allowed; "
                    + "before: if it can hold a large folio of any size",
            614, Integer.MAX_VALUE,
            "mm/huge_memory.c __thp_vma_allowable_orders()"),
    /** MADV_DONTNEED frees page tables. */
    DONTNEED_FREES_TABLES("MADV_DONTNEED frees a table of PTEs that it has emptied, if all that it spans was named",
            614,
            Integer.MAX_VALUE, "mm/memory.c zap_empty_pte_table()"),
    /** MADV_COLLAPSE of less than an aligned 2 MiB range succeeds. */
    COLLAPSE_ACCEPTS_SHORT_RANGES("MADV_COLLAPSE of a range without an aligned 2 MiB block does nothing and succeeds; "
            + "before: EINVAL if it does not reach a boundary", 617, Integer.MAX_VALUE,
            "mm/khugepaged.c madvise_collapse()"),
    /** pagemap looks at each page of a huge page. */
    PAGEMAP_EXCLUSIVE_PER_PAGE(
            "pagemap says of each page that a huge PMD maps whether it is mapped once; otherwise the "
                    + "first page stands for all",
            610, 613, "fs/proc/task_mmu.c pagemap_pmd_range()"),
    /** Fault-around maps runs of pages of a folio together. */
    FAULT_AROUND_MAPS_RANGES(
            "fault-around sets the entries of a large folio together, all young if the faulting one is "
                    + "among them",
            604, Integer.MAX_VALUE, "mm/filemap.c filemap_map_folio_range()"),
    /** Fault-around maps all of a large folio. */
    FAULT_AROUND_MAPS_FOLIO("fault-around maps all of a large folio that lies within the VMA and one page table", 617,
            Integer.MAX_VALUE, "mm/filemap.c filemap_map_folio_range()"),
    /** A fault on anonymous shared memory maps all of a large folio. */
    ANON_SHMEM_FAULT_MAPS_FOLIO(
            "a fault on anonymous shared memory maps all of a large folio that lies within the VMA and "
                    + "one page table",
            611, Integer.MAX_VALUE, "mm/memory.c finish_fault()"),
    /** A fault on any file maps all of a large folio. */
    FILE_FAULT_MAPS_FOLIO("a fault on a file maps all of a large folio that lies within the VMA and one page table",
            617,
            Integer.MAX_VALUE, "mm/memory.c finish_fault()"),
    /** tmpfs takes folios of any size. */
    TMPFS_LARGE_FOLIOS("tmpfs takes folios of any size where huge pages are allowed", 614, Integer.MAX_VALUE,
            "mm/shmem.c shmem_huge_global_enabled()"),
    /** The split of a huge PMD keeps its dirty bit in the PTEs. */
    SPLIT_KEEPS_DIRTY("the PTEs of a split PMD are dirty if it was; before: only the page was marked", 602,
            Integer.MAX_VALUE, "mm/huge_memory.c __split_huge_pmd_locked(); recordings: thp_mprotect_partial"),
    /** A write to the huge zero page allocates a huge page. */
    HUGE_ZERO_WRITE_ALLOCATES("a write to the huge zero page allocates a huge page; before: it splits", 613,
            Integer.MAX_VALUE, "mm/huge_memory.c do_huge_zero_wp_pmd(); recordings: thp_fault_zero_then_write"),
    /** The entry of the huge zero page is special. */
    HUGE_ZERO_IS_SPECIAL("the huge page of zeroes is mapped special, so that it is nobody's page", 613,
            Integer.MAX_VALUE, "mm/huge_memory.c set_huge_zero_folio(); recordings: thp_fault"),
    /** mprotect makes an exclusive huge page writable itself. */
    PMD_WRITE_UPGRADE_IN_MPROTECT("mprotect makes a huge PMD writable at once where it can", 603, Integer.MAX_VALUE,
            "mm/huge_memory.c can_change_pmd_writable(); recordings: thp_mprotect_whole"),
    /** GUP faults entries without rights unless it forces. */
    GUP_HONORS_NUMA_FAULTS("get_user_pages() takes an entry without rights for a NUMA hint and faults, unless it "
            + "forces", 0, 606, "6.1 mm/gup.c FOLL_NUMA"),
    /** A long-term pin for writing refuses shared files that track dirty pages. */
    LONGTERM_PIN_REFUSES_FILES("a long-term pin for writing refuses a shared mapping of a file that tracks dirty pages",
            605, Integer.MAX_VALUE, "mm/gup.c writable_file_mapping_allowed() (6.5)"),
    /** A write to /proc/PID/mem overrides the rights of the VMA. */
    PROC_MEM_FORCES(
            "reads and writes of /proc/PID/mem override the rights of the VMA; later, as configured, only those "
                    + "of a debugger",
            0, 701, "fs/proc/base.c mem_rw(); recordings: force_write_ro"),
    /** io_uring pins under mmap_lock. */
    IO_PIN_HOLDS_MMAP_LOCK("io_uring pins buffers under mmap_lock without retry, and refuses files on disk", 0, 605,
            "6.1 io_uring/rsrc.c io_pin_pages()"),
    /** io_uring_register has calls without a ring. */
    IO_REGISTER_WITHOUT_RING("io_uring_register of descriptor -1 is for calls without a ring, and EINVAL for others",
            613, Integer.MAX_VALUE, "7.3 io_uring/register.c io_uring_register_blind()"),
    /** MADV_POPULATE_* walks VMAs. */
    MADV_POPULATE_PER_VMA(
            "MADV_POPULATE_READ and _WRITE are applied VMA by VMA and go on behind a hole; later: they stop "
                    + "there",
            0, 610, "mm/madvise.c madvise_populate(), 6.10 faultin_page_range()"),
    /** GUP unshares anonymous pages only. */
    UNSHARE_ANON_ONLY("a fault that unshares leaves a page alone that is not anonymous", 0, 602,
            "mm/memory.c do_wp_page()"),
    /** UFFDIO_WRITEPROTECT goes over several VMAs. */
    UFFD_WP_ACROSS_VMAS("UFFDIO_WRITEPROTECT may span VMAs; before: one VMA must hold the range", 605,
            Integer.MAX_VALUE, "mm/userfaultfd.c mwriteprotect_range()"),
    /** A registration may not drop write protection. */
    UFFD_WP_NEEDS_UNREGISTER("UFFDIO_REGISTER without the write-protect mode is EBUSY on a range that has it", 701,
            Integer.MAX_VALUE, "7.3 mm/userfaultfd.c userfaultfd_register()"),
    /** Unregistering needs the context that registered. */
    UFFD_UNREGISTER_CHECKS_OWNER("UFFDIO_UNREGISTER of another context's range is EINVAL", 617, Integer.MAX_VALUE,
            "7.3 mm/userfaultfd.c userfaultfd_unregister()"),
    /** A part of a VMA does not merge to the right when it is registered. */
    UFFD_PARTIAL_DOES_NOT_MERGE_RIGHT("registering a part that does not begin its VMA never merges it with its right "
            + "neighbour", 0, 604, "6.1 fs/userfaultfd.c userfaultfd_register(): vma_merge() with vma->vm_pgoff"),
    /** userfaultfd has UFFDIO_MOVE. */
    UFFD_MOVE("userfaultfd can move pages, poison them, and write-protect asynchronously", 608, Integer.MAX_VALUE,
            "include/uapi/linux/userfaultfd.h; recordings: features"),
    /** userfaultfd can take all rights away. */
    UFFD_RWP("userfaultfd can take all rights from a page", 701, Integer.MAX_VALUE,
            "7.3 include/uapi/linux/userfaultfd.h; recordings: features"),
    /** Removing userfaultfd's write protection goes by vm_page_prot and upgrades entries at once. */
    UFFD_WP_FOLLOWS_PAGE_PROT("removing userfaultfd's write protection makes an exclusive page writable at once", 603,
            Integer.MAX_VALUE, "mm/userfaultfd.c uffd_wp_range(); recordings: uffd_wp_guest_mapped"),
    /** mprotect makes clean exclusive anonymous pages writable too. */
    CLEAN_EXCLUSIVE_ANON_WRITABLE("mprotect makes an exclusive anonymous page writable even if it is clean; before: "
            + "only a dirty one", 602, Integer.MAX_VALUE, "mm/mprotect.c can_change_pte_writable()"),
    /** kpageflags shows the flags of a page's folio. */
    KPAGEFLAGS_OF_FOLIO("kpageflags shows each page of a folio with the flags of its head", 612, Integer.MAX_VALUE,
            "fs/proc/page.c stable_page_flags; recordings: 6.1 shows PageAnonExclusive of a huge page on the head only"),
    /** hugetlb: the function that unmaps opens a window of its own. */
    HUGETLB_UNMAP_OPENS_WINDOW(
            "__unmap_hugepage_range() opens an UNMAP window inside its caller's; later: unmap_hugepage_range() opens "
                    + "one of CLEAR",
            0, 603, "mm/hugetlb.c; recordings: hugetlb_dontneed, hugetlb_reserve_and_fault"),
    /** hugetlb: a private page that its owner unmaps is promised to it again. */
    HUGETLB_UNMAP_RESTORES_RESERVATION(
            "unmapping the last entry of a private huge page gives the owner its reservation back", 609,
            Integer.MAX_VALUE, "mm/hugetlb.c __unmap_hugepage_range(); recordings: hugetlb_dontneed"),
    /** hugetlb: the page that an owner takes away is looked for where each sharer maps it. */
    HUGETLB_UNMAP_REF_BY_OFFSET(
            "unmap_ref_private() looks for the page at each sharer's own address; before: at the owner's", 613,
            Integer.MAX_VALUE, "mm/hugetlb.c unmap_ref_private()"),
    /** hugetlb: how many entries a poisoned page has is asked of the page. */
    HUGETLB_POISON_SET_BY_FOLIO(
            "fork does not copy the poisoned entry of a page that is no huge page any more (arm64): set_huge_pte_at() "
                    + "counts entries by the page's size",
            0, 607, "6.1 arch/arm64/mm/hugetlbpage.c set_huge_pte_at(); own recording"),
    /** hugetlb: forced writes are possible. */
    HUGETLB_FORCED_WRITE("a forced write copies a huge page of a read-only mapping; before: it fails", 614,
            Integer.MAX_VALUE, "mm/hugetlb.c hugetlb_wp(), set_huge_ptep_maybe_writable()"),
    /** /proc: sharing of hugetlb pages is an estimate. */
    HUGETLB_SHARING_ESTIMATED(
            "/proc counts a huge page under migration as shared, and one in a shared table as not exclusive", 611,
            Integer.MAX_VALUE, "fs/proc/task_mmu.c smaps_hugetlb_range(), pagemap_hugetlb_range()"),
    /** GUP walks hugetlb VMAs by itself. */
    HUGETLB_GUP_WALKS(
            "get_user_pages() calls hugetlb_fault() directly, without handle_mm_fault(), and does not touch the entry",
            0, 610, "mm/hugetlb.c follow_hugetlb_page(); recordings: hugetlb_shared_mprotect_guest"),
    /** KVM's second attempt at a page can be interrupted. */
    KVM_FAULT_INTERRUPTIBLE("a guest's fault that waits for I/O can be interrupted (x86-64)", 602, Integer.MAX_VALUE,
            "arch/x86/kvm/mmu/mmu.c __kvm_mmu_faultin_pfn()"),
    /** KVM asks for a page again, for writing, to learn whether its memory has failed. */
    KVM_LOOKS_FOR_POISON_BY_WRITING(
            "where the host refuses a page, KVM asks for it again, writable, to see whether its memory has failed", 0,
            613, "virt/kvm/kvm_main.c check_user_page_hwpoison(); recordings: 7.3 does not"),
    /** KVM on x86-64 marks a page dirty and accessed when it maps it. */
    KVM_MARKS_PAGES_ON_FAULT(
            "a page is marked accessed, and dirty, when the second stage maps it; before: accessed after "
                    + "each fault, and both when an entry goes that was used (x86-64)",
            613, Integer.MAX_VALUE,
            "arch/x86/kvm/mmu/mmu.c kvm_mmu_finish_page_fault(), tdp_mmu.c handle_changed_spte()"),
    /** KVM on arm64 marks a page accessed twice after a fault. */
    KVM_MARKS_ACCESSED_TWICE("user_mem_abort() calls kvm_set_pfn_accessed() beside kvm_release_pfn_clean() (arm64)", 0,
            612, "arch/arm64/kvm/mmu.c user_mem_abort()"),
    /** An entry that takes the place of an MMIO entry is not marked dirty. */
    KVM_SPTE_AFTER_MMIO_IS_CLEAN("a writable entry in the place of one for MMIO is not marked dirty (x86-64)", 0, 613,
            "arch/x86/kvm/mmu/spte.c make_spte(); own recordings of 6.1, 6.12 and 7.3"),
    /** The root of a guest's page table is zapped by granules. */
    KVM_ZAPS_ROOT_BY_GRANULE("a root is zapped in passes of 4 KiB, 2 MiB, 1 GiB and the rest; before: of 1 GiB and the "
            + "rest (x86-64)", 609, Integer.MAX_VALUE, "arch/x86/kvm/mmu/tdp_mmu.c tdp_mmu_zap_root()"),
    /** A table's entries are reported before the entry that pointed to it. */
    KVM_REPORTS_CHILDREN_FIRST("kvm_tdp_mmu_spte_changed of a table that goes comes after those of its entries", 613,
            Integer.MAX_VALUE, "arch/x86/kvm/mmu/tdp_mmu.c __handle_changed_spte()"),
    /** A frozen entry has a value that recordings show. */
    KVM_FROZEN_SPTE_IS_SPECIAL("a frozen entry (FROZEN_SPTE) has a value that recordings show as special; before: as "
            + "none", 613, Integer.MAX_VALUE,
            "arch/x86/kvm/mmu/spte.h; recordings: kvm_slot_delete_and_move"),
    /** KVM on arm64 ages a page with mkold. */
    KVM_AGES_BY_MKOLD("kvm_age_gfn() calls kvm_pgtable_stage2_mkold() (arm64)", 0, 605,
            "arch/arm64/kvm/mmu.c kvm_age_gfn()"),
    /** LRU batches hold 31 pages. */
    LRU_BATCH_OF_31("a per-CPU LRU batch holds 31 pages; before: 15", 610, Integer.MAX_VALUE,
            "include/linux/pagevec.h PAGEVEC_SIZE"),
    /** The multi-generational LRU is on. */
    MULTI_GEN_LRU("accessed pages are counted in generations, not activated through a batch", 612, Integer.MAX_VALUE,
            "mm/swap.c folio_mark_accessed(); the recorded kernels: 6.1 has it off, 6.12 and 7.3 on"),
    /** A reference of an LRU batch is expected only while the page is on the way to its first list. */
    EXPECTS_NO_SPARE_REFERENCE("a write fault drains the LRU batches only for a page that has no more references than "
            + "its mapping, the swap cache and the batch explain; before: three", 613, Integer.MAX_VALUE,
            "7.3 mm/memory.c wp_can_reuse_anon_folio()"),
    /** Reclaim unmaps parts of large folios together. */
    UNMAP_IN_BATCHES(
            "reclaim unmaps lazily freed large folios and those of files at once; one that somebody else has a "
                    + "reference to stays lazily freed",
            617, Integer.MAX_VALUE,
            "7.3 mm/rmap.c folio_unmap_pte_batch(), ttu_anon_lazyfree_folio()"),
    /** Reclaim unmaps with a range flush. */
    UNMAP_FLUSHES_RANGE("try_to_unmap_one() clears a batch of entries and flushes their range", 617, Integer.MAX_VALUE,
            "7.3 mm/rmap.c try_to_unmap_one(); recordings: hwpoison, arm64 vae1is"),
    /** MADV_FREE, MADV_COLD and MADV_PAGEOUT take the entries of a large folio together. */
    MADVISE_BATCHES_FOLIOS(
            "MADV_FREE, MADV_COLD and MADV_PAGEOUT split a large folio only if not all of it is mapped in the range; "
                    + "before: always, if nobody else maps it",
            610, Integer.MAX_VALUE,
            "mm/madvise.c madvise_free_pte_range(), madvise_cold_or_pageout_pte_range(), 6.10"),
    /** Who else maps a large folio is guessed from the folio's map counts. */
    MAPPED_SHARED_IS_GUESSED("a large folio is thought shared by its mapcounts, not by who maps it", 0, 615,
            "6.12 include/linux/mm.h folio_likely_mapped_shared(); 6.15 folio_maybe_mapped_shared()"),
    /** Splitting a folio replaces its zero-filled pages. */
    SPLIT_MAPS_ZEROPAGE("pages of a folio that hold only zeroes become the zero page when the folio is split", 612,
            Integer.MAX_VALUE, "6.12 mm/migrate.c try_to_map_unused_to_zeropage(); recordings: thp_free"),
    /** MADV_HWPOISON kills who asked. */
    HWPOISON_ACTION_REQUIRED("MADV_HWPOISON is an error in consumption: the process that asked gets SIGBUS at once",
            611,
            Integer.MAX_VALUE, "mm/madvise.c madvise_inject_error(), 6.11; recordings: hwpoison"),
    /** Memory failure handles merged pages. */
    HWPOISON_HANDLES_KSM("a page merged by KSM that fails is taken from all that map it; before: from nobody", 604,
            Integer.MAX_VALUE, "mm/memory-failure.c hwpoison_user_mappings(), 6.4"),
    /** The pages of a folio that reclaim splits wait in ascending order. */
    SPLIT_ADDS_TAILS_ASCENDING(
            "reclaim goes on with the last page of a folio that it has split; before: with the second",
            613, Integer.MAX_VALUE, "7.3 mm/huge_memory.c __folio_freeze_and_split_unmapped(), lru_add_split_folio()"),
    /** Shared memory is swapped out by large folios. */
    SHMEM_SWAPS_LARGE_FOLIOS("a large folio of shared memory goes to swap as a whole; before: it is split first", 612,
            Integer.MAX_VALUE, "6.12 mm/vmscan.c shrink_folio_list(), mm/shmem.c shmem_writepage()"),
    /** try_to_unmap splits a huge PMD in its own window. */
    UNMAP_SPLITS_IN_WINDOW("try_to_unmap_one() splits a huge PMD in its own window; before: ahead of it, in another",
            611, Integer.MAX_VALUE, "mm/rmap.c try_to_unmap_one(), split_huge_pmd_locked()"),
    /** try_to_migrate splits a huge PMD in its own window. */
    MIGRATE_SPLITS_IN_WINDOW(
            "try_to_migrate_one() splits a huge PMD in its own window; before: ahead of it, in another",
            613, Integer.MAX_VALUE, "7.3 mm/rmap.c try_to_migrate_one(); recordings: thp_free"),
    /** MADV_PAGEOUT spares pages that are in use. */
    PAGEOUT_LOOKS_AT_REFERENCES(
            "MADV_PAGEOUT makes entries old and asks subscribers whether a page was used, and spares it "
                    + "if it was",
            0, 609, "mm/madvise.c, mm/vmscan.c reclaim_folio_list(); recordings: swap_out_guest_mapped"),
    /** What an entry that is not present stands for may be shared. */
    SMAPS_ABSENT_IS_SHARED("smaps counts a page behind an entry that is not present as shared", 610, Integer.MAX_VALUE,
            "6.12 fs/proc/task_mmu.c smaps_account(); recordings: hwpoison"),
    /** Migration unmaps many folios, flushes once, and moves them. */
    MIGRATION_IN_BATCHES(
            "pages are migrated in batches: unmapped together, flushed once, moved; what could not be is tried again one "
                    + "by one. Entries stay as soft-dirty and as writable as they were",
            603, Integer.MAX_VALUE,
            "6.3 mm/migrate.c migrate_pages_batch(); recordings: move_pages_guest_mapped"),
    /** move_pages of an address where nothing is. */
    MOVE_PAGES_HOLE_IS_ENOENT(
            "move_pages reports ENOENT, not EFAULT, for anonymous memory that is not there, and takes any address inside "
                    + "a page of hugetlb; before: EACCES but for its first",
            612, Integer.MAX_VALUE, "6.12 mm/migrate.c add_folio_for_migration()"),
    /** A page that is swapped in is always in the swap cache for a moment. */
    SWAPIN_THROUGH_CACHE(
            "a page is swapped in through the swap cache and taken out of it again, dirty; before: past it, if "
                    + "one entry stands for it, and with readahead otherwise",
            618, Integer.MAX_VALUE,
            "7.3 mm/memory.c do_swap_page(); recordings: swap_out_in"),
    /** Large folios are swapped in as such. */
    SWAPIN_LARGE_FOLIOS("pages that were swapped out as one folio are swapped in as one, where that size is enabled",
            612,
            Integer.MAX_VALUE, "6.12 mm/memory.c alloc_swap_folio(); own recordings"),
    /** A read of an exclusive page on swap maps it writable. */
    SWAPIN_READ_MAPS_WRITABLE("swapping an exclusive page in by a read maps it writable", 611, Integer.MAX_VALUE,
            "6.12 mm/memory.c do_swap_page(); recordings: wp_upgrade_swapin_guest"),
    /** A fault takes a contiguous block for up to date if any of its entries is. */
    CONTPTE_COMPARES_BLOCK_AS_ONE(
            "ptep_set_access_flags() of a contiguous block does nothing if accessed and dirty are set in "
                    + "any of its entries (arm64): hardware that looks at its own entry faults for ever",
            0, 0,
            "arm64: contpte: fix set_access_flags() no-op check for SMMU/ATS faults (7.0-rc3, and 6.12.117); only in 6.12.0"),
    /** The SMMU may set accessed and dirty bits of a shared page table. */
    SMMU_SVA_SETS_BITS("the context descriptor of a shared address space has HA and HD set if the SMMU can (HTTU)", 613,
            Integer.MAX_VALUE,
            "7.3 drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c arm_smmu_make_sva_cd(); not in 6.12"),
    /** VT-d flushes by cache tags. */
    VTD_CACHE_TAGS("one aligned span for all caches of an address space, and one wait", 612, Integer.MAX_VALUE,
            "6.12 drivers/iommu/intel/cache.c cache_tag_flush_range(); 6.1 intel/svm.c has chunks"),
    /** AMD has SVA domains. */
    AMD_SVA_DOMAIN("one aligned span and one wait", 612, Integer.MAX_VALUE,
            "6.12 drivers/iommu/amd/pasid.c; 6.1 amd/iommu_v2.c");

    private final String rule;
    private final int since;
    private final int until;
    private final String source;

    /**
     * A rule of the releases {@code [since, until)}, each as {@code 100 * major + minor}.
     *
     * @param source function and file, or recording
     */
    VersionRule(String rule, int since, int until, String source) {
        this.rule = rule;
        this.since = since;
        this.until = until;
        this.source = source;
    }

    boolean holdsIn(int release) {
        return release >= since && release < until;
    }

    /** What such a release does. */
    public String rule() {
        return rule;
    }

    /** Where the rule is from. */
    public String source() {
        return source;
    }
}
