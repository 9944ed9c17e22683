package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.design.VersionRule;

/**
 * A CPU family as the memory manager sees it. All fields are data: a handler asks for the rule it needs.
 *
 * <p>The page-table entry has one form for all architectures (see {@code paging.Pte}); what differs is what the hardware
 * makes of it, and that is said here.
 *
 * @param name as users write it
 * @param pageShift log2 of the base page size in bytes
 * @param levels page-table levels, root included
 * @param taskSize end of the user addresses in bytes, exclusive
 * @param flushScheme how other CPUs are told
 * @param upgradeFlush when {@code ptep_set_access_flags()} flushes
 * @param upgradeWrittenOnReadFault whether {@code ptep_set_access_flags()} writes the entry on a read fault too (x86-64
 *        writes only if the dirty argument is set)
 * @param cleanIsReadOnly whether a writable but clean entry refuses writes until it is dirty (arm64: PTE_WRITE with
 *        PTE_RDONLY)
 * @param hardwareAccess whether the CPU sets the accessed bit itself
 * @param hardwareDirty whether the CPU makes a writable clean entry dirty itself
 * @param prefaultsOld whether fault-around leaves the neighbours' entries old ({@code arch_wants_old_prefaulted_pte}: arm64
 *        with hardware access flag)
 * @param permissionFaultEvicts whether a permission fault drops the CPU's own cached entry, so that a stale one costs one
 *        spurious fault at most
 * @param gathersAcrossVmas whether an mmu_gather flushes once at its end (x86-64) or at the end of each VMA, before
 *        range_end (arm64; recordings of 6.1, 6.12 and 7.3 show it)
 * @param flushNeededOnlyOnChange whether mprotect skips the flush of an entry that did not change
 *        ({@code pte_needs_flush}; x86-64)
 * @param fullFlushPages a range of more pages than this becomes a flush of the whole address space (x86-64:
 *        tlb_single_page_flush_ceiling 33; arm64 without range instructions: MAX_DVM_OPS 512)
 * @param rangeFlush whether one instruction flushes a range, so that the limit counts base pages and not entries (arm64:
 *        FEAT_TLBIRANGE, MAX_TLBI_RANGE_PAGES 2^21)
 * @param longRangeCallsFlushMm whether such a range is flushed by calling flush_tlb_mm(), so that the secondary-TLB hook
 *        hears "all" in every version (arm64); on x86-64 the kernel version decides what the hook hears
 * @param fullmmFlushesOnlyTables whether the flush at exit is left out unless page tables were freed (arm64 retires the
 *        ASID)
 * @param freesFoldedP4d whether a P4D that is folded into the root's entry when the kernel boots counts as a table that is
 *        freed, with a flush of one page (x86-64: CONFIG_PGTABLE_LEVELS 5 on a CPU with four)
 * @param softDirty whether entries have a soft-dirty bit ({@code CONFIG_MEM_SOFT_DIRTY})
 * @param uffdWp the rule that a release must follow to have userfaultfd write protection here
 * @param executeOnlyByKey whether memory that may be executed only is so by a protection key (x86-64 with PKU): then nothing
 *        in the process may read it; elsewhere execution implies reading
 * @param fetchFaultNeedsExec whether an instruction fetch that faults needs VM_EXEC at once (arm64); elsewhere any right
 *        will do while no page is there, and the fetch is refused when one is (x86-64 {@code access_error()})
 * @param hugetlbOrders log2 of the base pages of each hugetlb page size; one that is no level of the table is 16 entries
 *        with the contiguous bit (arm64)
 * @param costs simulated nanoseconds
 * @param sources where these rules are from
 */
public record Architecture(String name, int pageShift, int levels, long taskSize, FlushScheme flushScheme,
        UpgradeFlush upgradeFlush, boolean upgradeWrittenOnReadFault, boolean cleanIsReadOnly, boolean hardwareAccess,
        boolean hardwareDirty, boolean prefaultsOld, boolean permissionFaultEvicts,
        boolean gathersAcrossVmas, boolean flushNeededOnlyOnChange, int fullFlushPages, boolean rangeFlush,
        boolean longRangeCallsFlushMm,
        boolean fullmmFlushesOnlyTables, boolean freesFoldedP4d, boolean softDirty, VersionRule uffdWp,
        boolean executeOnlyByKey,
        boolean fetchFaultNeedsExec,
        List<Integer> hugetlbOrders, Costs costs, List<String> sources) {

    /** log2 of the bytes of a page-table entry. */
    private static final int ENTRY_SHIFT = 3;

    private static final Costs X86_COSTS = new Costs(1, 30, 600, 300, 450, 120, 2_000, 350, 500,
            "fault, copy and notifier figures fitted to measurements on Linux 6.18 x86-64 (anonymous write fault 1,470 ns,"
                    + " zero-page read 645 ns, RO to RW reuse 713 ns, COW copy 2,143 ns, first KVM subscriber 500-800 ns);"
                    + " hit, walk and flush: assumptions");

    private static final Costs ARM64_COSTS = new Costs(1, 30, 600, 300, 450, 120, 500, 350, 500,
            "assumption: the x86-64 figures, with one broadcast TLBI and DSB instead of an IPI round");

    /** x86-64 with 4 KiB pages and four levels. */
    public static final Architecture X86_64 = new Architecture("x86-64", 12, 4, 0x7ffffffff000L, FlushScheme.IPI,
            UpgradeFlush.NEVER, false, false, true, true, false, true, true, true, 33, false, false, false, true, true,
            VersionRule.X86_UFFD_WP, true, false, List.of(9, 18), X86_COSTS,
            List.of("arch/x86/mm/pgtable.c ptep_set_access_flags: writes only if dirty, never flushes",
                    "arch/x86/mm/tlb.c flush_tlb_mm_range: more than tlb_single_page_flush_ceiling (33) pages flush all",
                    "arch/x86/include/asm/tlbflush.h pte_needs_flush",
                    "recordings of Linux 6.1, 6.12 and 7.3 on x86-64"));

    /** arm64 with 4 KiB pages and 48-bit addresses, without hardware management of access flag and dirty state. */
    public static final Architecture ARM64 = new Architecture("arm64", 12, 4, 1L << 48, FlushScheme.BROADCAST,
            UpgradeFlush.ON_WRITE_FAULT, true, true, false, false, false, false, false, false, 511, false, true, true,
            false, false, VersionRule.ARM64_UFFD_WP, false, true, List.of(4, 9, 13, 18), ARM64_COSTS,
            List.of("arch/arm64/mm/fault.c __ptep_set_access_flags: flush_tlb_page iff dirty",
                    "arch/arm64/include/asm/pgtable.h: PTE_WRITE with PTE_RDONLY is writable and clean",
                    "arch/arm64/include/asm/tlbflush.h: MAX_DVM_OPS", "arch/arm64/include/asm/tlb.h tlb_flush: fullmm",
                    "recordings of Linux 6.1, 6.12 and 7.3 on arm64"));

    /** As {@link #ARM64}, on a CPU with FEAT_HAFDBS and FEAT_TLBIRANGE: access flag and dirty state are set without a fault,
     * and ranges are flushed by one instruction. The recorded arm64 kernels ran on such a CPU. */
    public static final Architecture ARM64_HAFDBS = new Architecture("arm64-hafdbs", 12, 4, 1L << 48,
            FlushScheme.BROADCAST, UpgradeFlush.ON_WRITE_FAULT, true, true, true, true, true, false, false, false,
            (1 << 21) - 1, true, true, true, false, false, VersionRule.ARM64_UFFD_WP, false, true,
            List.of(4, 9, 13, 18),
            ARM64_COSTS,
            ARM64.sources);

    /** All presets, in the order in which they are shown. */
    public static final List<Architecture> PRESETS = List.of(X86_64, ARM64, ARM64_HAFDBS);

    /**
     * Whether entries have a contiguous bit ({@code PTE_CONT}), so that the TLB can hold 16 of them as one: then hugetlb has
     * sizes between those of the levels.
     */
    public boolean contiguousBit() {
        return hugetlbOrders.stream().anyMatch(order -> order % (pageShift - ENTRY_SHIFT) != 0);
    }

    /** Bytes of a base page. */
    public long pageSize() {
        return 1L << pageShift;
    }
}
