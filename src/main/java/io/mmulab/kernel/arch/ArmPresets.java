package io.mmulab.kernel.arch;

import java.util.List;
import java.util.Map;

import io.mmulab.kernel.arch.SecondaryTlbs.Call;
import io.mmulab.kernel.arch.SecondaryTlbs.Position;
import io.mmulab.kernel.arch.SecondaryTlbs.Told;
import io.mmulab.kernel.design.Releases;

/** arm64 and 32-bit Arm. */
final class ArmPresets {
    private static final String AS_X86 = "assumption: the figure of x86-64";

    /** One broadcast TLBI and DSB instead of a round of IPIs. */
    static final Costs COSTS = new Costs(1, 30, 600, 300, 450, 120, 500, 350, 500,
            Map.of("tlbHit", AS_X86, "tlbWalk", AS_X86, "faultEntry", AS_X86, "allocatePage", AS_X86, "copyPage",
                    AS_X86,
                    "localFlush", AS_X86, "shootdown", "assumption: one broadcast TLBI and its DSB", "syscall", AS_X86,
                    "notifierCall", AS_X86));

    /** Entries of a table with 8-byte entries: as many as fit a page. */
    private static final int MAX_TLBI_RANGE_PAGES = 1 << 21;

    private ArmPresets() {}

    /** 48 bits of address in four levels. */
    static Paging pages4k() {
        return paging(12, List.of(9, 9, 9, 9), 4, List.of(4, 9, 13, 18));
    }

    /** 48 bits of address in four levels, the root with two entries. */
    static Paging pages16k() {
        return paging(14, List.of(11, 11, 11, 1), 7, List.of(7, 11, 16));
    }

    /** 48 bits of address in three levels, the root with 64 entries. */
    static Paging pages64k() {
        return paging(16, List.of(13, 13, 6), 5, List.of(5, 13, 18));
    }

    private static Paging paging(int pageShift, List<Integer> levelBits, int contiguousPtesShift,
            List<Integer> hugetlbOrders) {
        return new Paging(pageShift, levelBits, 1L << 48, Releases.ALWAYS, contiguousPtesShift, Releases.since(609),
                hugetlbOrders, false,
                List.of("arch/arm64/include/asm/pgtable-hwdef.h: CONT_PTES 16, 128 or 32 with 4, 16 or 64 KiB pages",
                        "arch/arm64/mm/hugetlbpage.c: CONT_PTE, PMD, CONT_PMD and PUD sizes",
                        "arch/arm64/mm/contpte.c (6.9); recordings: mthp_64k_fault"));
    }

    static Architecture arm64(String name, Paging paging, boolean hafdbs) {
        String pages = (paging.pageSize() >> 10) + " KiB pages";
        return new Architecture(name,
                pages + ", broadcast TLB maintenance; an upgrade flushes, because the TLB may hold a read-only entry."
                        + (hafdbs ? " The CPU sets access flag and dirty state, and flushes ranges by one instruction."
                                : ""),
                InstructionSet.A64, paging, entries(hafdbs), flushes(paging, hafdbs), upgrades(),
                new UnmapBatching(Releases.since(606), false, true,
                        List.of("arch/arm64/Kconfig ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH (6.6)",
                                "arch/arm64/include/asm/tlbflush.h arch_tlbbatch_add_pending(): TLBI now, DSB at the end")),
                secondaryTlbs(), COSTS);
    }

    private static Entries entries(boolean hafdbs) {
        return new Entries(true, hafdbs, hafdbs, hafdbs, false, Releases.NEVER, Releases.since(610), false, true,
                List.of("arch/arm64/include/asm/pgtable.h: PTE_WRITE with PTE_RDONLY is writable and clean",
                        "arch/arm64/include/asm/pgtable.h arch_wants_old_prefaulted_pte(): with FEAT_HAFDBS",
                        "arch/arm64/Kconfig HAVE_ARCH_USERFAULTFD_WP (6.10); recordings: 6.1 refuses",
                        "arch/arm64/mm/fault.c do_page_fault(): VM_EXEC for a fetch"));
    }

    private static Flushes flushes(Paging paging, boolean hafdbs) {
        int maxDvmOps = 1 << paging.levelBits().getFirst();
        return new Flushes(FlushScheme.BROADCAST, FlushTime.AT_CALL, false,
                hafdbs ? MAX_TLBI_RANGE_PAGES - 1 : maxDvmOps - 1, hafdbs, true, Releases.since(613), false,
                FullmmFlush.ONLY_TABLES, false, true, true,
                new Asids(AsidScheme.GENERATIONS, 1 << 16,
                        List.of("arch/arm64/mm/context.c new_context(), flush_context(): 16 bits, no call of the hook")),
                List.of("arch/arm64/include/asm/tlbflush.h: MAX_DVM_OPS is PTRS_PER_PTE, MAX_TLBI_RANGE_PAGES",
                        "arch/arm64/include/asm/tlb.h tlb_flush(): fullmm",
                        "recordings: 6.12 flushes unchanged entries in mprotect, 7.3 does not; a flush at the end of each "
                                + "VMA"));
    }

    private static Upgrades upgrades() {
        return new Upgrades(UpgradeFlush.ON_WRITE_FAULT, true, Releases.since(619), Releases.since(613),
                SpuriousFaultFlush.THIS_CPU, Releases.since(619), false,
                List.of("arch/arm64/mm/fault.c __ptep_set_access_flags(): flush_tlb_page() iff dirty",
                        "cb1fa2e99955 arm64, tlbflush: don't TLBI broadcast if page reused in write fault (6.19); recordings: "
                                + "6.12 vale1is, 7.3 vale1",
                        "arch/arm64/mm/fault.c __ptep_set_access_flags_anysz(); recordings: wp_upgrade_thp_guest",
                        "arch/arm64/include/asm/pgtable.h flush_tlb_fix_spurious_fault(): empty until 6.18"));
    }

    private static SecondaryTlbs secondaryTlbs() {
        return new SecondaryTlbs(
                new Call("__flush_tlb_page_nosync", Told.PAGE, Position.BEFORE_WAIT, Releases.ALWAYS),
                new Call("__flush_tlb_range", Told.ENTRIES, Position.BEFORE_WAIT, Releases.ALWAYS),
                new Call("flush_tlb_mm", Told.ALL, Position.AFTER_FLUSH, Releases.ALWAYS),
                new Call("__flush_tlb_page_nosync", Told.PAGE, Position.AT_ADD, Releases.ALWAYS), Releases.ALWAYS,
                List.of("6.12 arch/arm64/include/asm/tlbflush.h: the calls stand between TLBI and DSB; of flush_tlb_mm() "
                        + "after the DSB",
                        "6.6 and 6.7: after the DSB of __flush_tlb_range(); since 6.9 before it",
                        "a range of too many operations becomes flush_tlb_mm(), and so tells everything",
                        "not: flush_tlb_all(), flush_tlb_kernel_range(), flush_context(), a spurious fault (6.19)"));
    }

    static Architecture arm() {
        Paging paging = new Paging(12, List.of(9, 9, 2), 0xbf000000L, Releases.ALWAYS, 0, Releases.NEVER, List.of(9),
                false,
                List.of("arch/arm/include/asm/pgtable-3level.h",
                        "arch/arm/include/asm/memory.h TASK_SIZE: 3 GiB less 16 MiB",
                        "arch/arm/Kconfig: huge pages with ARM_LPAE"));
        Entries entries = new Entries(true, false, false, false, false, Releases.NEVER, Releases.NEVER, false, true,
                List.of("arch/arm/include/asm/pgtable-3level.h, arch/arm/mm/proc-v7-3level.S: a clean entry is read-only, "
                        + "an old one faults", "arch/arm/mm/fault.c do_page_fault()"));
        Flushes flushes = new Flushes(FlushScheme.BROADCAST, FlushTime.AT_CALL, false, Integer.MAX_VALUE, false, false,
                Releases.NEVER, false, FullmmFlush.ALL, false, true, true,
                new Asids(AsidScheme.GENERATIONS, 1 << 8,
                        List.of("arch/arm/mm/context.c new_context(), flush_context(): 8 bits")),
                List.of("arch/arm/kernel/smp_tlb.c: broadcast operations on ARMv7 MP, IPIs on older ones",
                        "arch/arm/mm/tlb-v7.S: page by page, without a limit",
                        "mm/pgtable-generic.c ptep_clear_flush_young()"));
        return new Architecture("arm",
                "32-bit Arm with LPAE on an ARMv7 multiprocessor: broadcast maintenance, an upgrade flushes when it changes.",
                InstructionSet.OTHER, paging, entries, flushes, GENERIC_UPGRADE, NOT_BATCHED, SecondaryTlbs.NONE,
                COSTS);
    }

    /** {@code ptep_set_access_flags()} of {@code mm/pgtable-generic.c}. */
    static final Upgrades GENERIC_UPGRADE = new Upgrades(UpgradeFlush.ON_CHANGE, true, Releases.NEVER, Releases.ALWAYS,
            SpuriousFaultFlush.PAGE, Releases.ALWAYS, false,
            List.of("mm/pgtable-generic.c ptep_set_access_flags(): set, and flush_tlb_fix_spurious_fault()",
                    "include/linux/pgtable.h flush_tlb_fix_spurious_fault(): flush_tlb_page()"));

    /** No {@code ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH}. */
    static final UnmapBatching NOT_BATCHED = new UnmapBatching(Releases.NEVER, false, false,
            List.of("no ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH in the architecture's Kconfig (6.12, 7.3)"));
}
