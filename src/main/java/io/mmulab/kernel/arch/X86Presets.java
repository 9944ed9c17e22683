package io.mmulab.kernel.arch;

import java.util.List;
import java.util.Map;

import io.mmulab.kernel.arch.SecondaryTlbs.Call;
import io.mmulab.kernel.arch.SecondaryTlbs.Position;
import io.mmulab.kernel.arch.SecondaryTlbs.Told;
import io.mmulab.kernel.design.Releases;

/** x86-64. */
final class X86Presets {
    private static final String ASSUMED = "assumption";
    private static final String FITTED = "fitted to measurements on Linux 6.18 x86-64: anonymous write fault 1,470 ns, "
            + "zero-page read 645 ns, RO to RW reuse 713 ns, COW copy 2,143 ns";

    static final Costs COSTS = new Costs(1, 30, 600, 300, 450, 120, 2_000, 350, 500,
            Map.of("tlbHit", ASSUMED, "tlbWalk", ASSUMED, "faultEntry", FITTED, "allocatePage", FITTED, "copyPage",
                    FITTED, "localFlush", ASSUMED, "shootdown", ASSUMED + ": one round of IPIs", "syscall", ASSUMED,
                    "notifierCall",
                    "fitted to measurements on Linux 6.18 x86-64: the first KVM subscriber costs 500 to 800 ns"));

    private X86Presets() {}

    static Architecture x86() {
        return new Architecture("x86-64",
                "4 KiB pages, four levels; an upgrade flushes nothing, because a permission fault drops the cached entry.",
                InstructionSet.X86, paging(), entries(), flushes(),
                new Upgrades(UpgradeFlush.NEVER, false, Releases.NEVER, Releases.since(613), SpuriousFaultFlush.NOTHING,
                        Releases.NEVER, false,
                        List.of("arch/x86/mm/pgtable.c ptep_set_access_flags(): writes only if dirty, never flushes",
                                "arch/x86/include/asm/pgtable.h flush_tlb_fix_spurious_fault(): empty")),
                new UnmapBatching(Releases.ALWAYS, true, false,
                        List.of("arch/x86/include/asm/tlbflush.h arch_tlbbatch_should_defer(): "
                                + "only if another CPU has the address space")),
                secondaryTlbs(), COSTS);
    }

    private static Paging paging() {
        return new Paging(12, List.of(9, 9, 9, 9), 0x7ffffffff000L, Releases.ALWAYS, 0, Releases.NEVER, List.of(9, 18),
                true,
                List.of("arch/x86/include/asm/page_64_types.h TASK_SIZE_MAX",
                        "arch/x86/include/asm/pgtable_64_types.h: 512 entries a table; pgtable_l5_enabled()"));
    }

    private static Entries entries() {
        return new Entries(false, true, true, false, true, Releases.since(606), Releases.ALWAYS, true, false,
                List.of("arch/x86/include/asm/pgtable.h pte_mksaveddirty() (6.6)",
                        "arch/x86/Kconfig HAVE_ARCH_SOFT_DIRTY, HAVE_ARCH_USERFAULTFD_WP (5.7)",
                        "arch/x86/mm/fault.c access_error()", "arch/x86/mm/pkeys.c execute_only_pkey()",
                        "recordings of Linux 6.1, 6.12 and 7.3 on x86-64"));
    }

    private static Flushes flushes() {
        return new Flushes(FlushScheme.IPI, FlushTime.AT_CALL, true, 33, false, false, Releases.ALWAYS, true,
                FullmmFlush.ALL, false, false, false,
                new Asids(AsidScheme.LAST_RUN_PER_CPU, 6,
                        List.of("arch/x86/include/asm/tlbflush.h TLB_NR_DYN_ASIDS",
                                "arch/x86/mm/tlb.c choose_new_asid()")),
                List.of("arch/x86/mm/tlb.c flush_tlb_mm_range(): more than tlb_single_page_flush_ceiling (33) pages flush "
                        + "all", "arch/x86/include/asm/tlbflush.h pte_needs_flush()",
                        "arch/x86/Kconfig MMU_GATHER_MERGE_VMAS",
                        "arch/x86/mm/pgtable.c ptep_clear_flush_young(): does not flush",
                        "recordings of Linux 6.1, 6.12 and 7.3 on x86-64"));
    }

    private static SecondaryTlbs secondaryTlbs() {
        String flush = "flush_tlb_mm_range";
        return new SecondaryTlbs(new Call(flush, Told.PAGE, Position.AFTER_FLUSH, Releases.ALWAYS),
                new Call(flush, Told.RANGE, Position.AFTER_FLUSH, Releases.ALWAYS),
                new Call(flush, Told.ALL, Position.AFTER_FLUSH, Releases.ALWAYS),
                new Call("arch_tlbbatch_add_pending", Told.ALL, Position.AT_ADD, Releases.ALWAYS),
                new Releases(606, 613),
                List.of("6.12 arch/x86/mm/tlb.c flush_tlb_mm_range(): tells 0, TLB_FLUSH_ALL beyond the ceiling; recordings: "
                        + "6.1 and 7.3 keep the range",
                        "arch/x86/include/asm/tlbflush.h arch_tlbbatch_add_pending(): 0, -1 for each page",
                        "not: arch_tlbbatch_flush(), flush_tlb_all(), flush_tlb_kernel_range()"));
    }
}
