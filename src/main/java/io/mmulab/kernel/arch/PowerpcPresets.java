package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.arch.SecondaryTlbs.Call;
import io.mmulab.kernel.arch.SecondaryTlbs.Position;
import io.mmulab.kernel.arch.SecondaryTlbs.Told;
import io.mmulab.kernel.design.Releases;

/** Power. */
final class PowerpcPresets {
    private static final Asids PID = new Asids(AsidScheme.ENOUGH, 1 << 20,
            List.of("arch/powerpc/mm/book3s64/mmu_context.c: a PID of 20 bits; making more address spaces fails"));

    private PowerpcPresets() {}

    static Architecture radix(String name, boolean power9) {
        return new Architecture(
                name, "Radix tables with 4 KiB pages; the MMU fetches an entry again after a permission fault."
                        + (power9
                                ? " The nest MMU of POWER9 does not, so with a coprocessor an upgrade breaks the entry first."
                                : ""),
                InstructionSet.OTHER, radixPaging(), radixEntries(), radixFlushes(), radixUpgrades(power9),
                ArmPresets.NOT_BATCHED, radixSecondaryTlbs(), ArmPresets.COSTS);
    }

    private static Paging radixPaging() {
        return new Paging(12, List.of(9, 9, 9, 13), 1L << 47, Releases.ALWAYS, 0, Releases.NEVER, List.of(9, 18), false,
                List.of("arch/powerpc/include/asm/book3s/64/radix-4k.h", "arch/powerpc/Kconfig PPC_4K_PAGES",
                        "arch/powerpc/include/asm/task_size_64.h DEFAULT_MAP_WINDOW: 128 TiB"));
    }

    private static Entries radixEntries() {
        return new Entries(false, true, true, false, true, Releases.NEVER, Releases.NEVER, false, true,
                List.of("Power ISA 3.1B 6.10.1.2: reference and change bits by hardware",
                        "arch/powerpc/Kconfig HAVE_ARCH_SOFT_DIRTY", "arch/powerpc/mm/fault.c access_error()"));
    }

    private static Flushes radixFlushes() {
        return new Flushes(FlushScheme.BROADCAST, FlushTime.AT_CALL, true, 33, false, false, Releases.NEVER, true,
                FullmmFlush.ALL, false, true, false, PID,
                List.of("6.12 arch/powerpc/mm/book3s64/radix_tlb.c: tlbie, or tlbiel and IPIs; "
                        + "tlb_single_page_flush_ceiling 33", "arch/powerpc/Kconfig MMU_GATHER_MERGE_VMAS",
                        "arch/powerpc/include/asm/book3s/64/pgtable.h ptep_clear_flush_young(): does not flush"));
    }

    private static Upgrades radixUpgrades(boolean power9) {
        return new Upgrades(UpgradeFlush.NEVER, true, Releases.NEVER, Releases.ALWAYS, SpuriousFaultFlush.NOTHING,
                Releases.NEVER, power9,
                List.of("6.12 arch/powerpc/mm/book3s64/radix_pgtable.c radix__ptep_set_access_flags(): no flush, but with "
                        + "context.copros > 0 on a CPU before ISA 3.1 and a change of _PAGE_RW: invalid, flush, set",
                        "arch/powerpc/include/asm/book3s/64/tlbflush.h flush_tlb_fix_spurious_fault(): the entry is fetched "
                                + "again"));
    }

    private static SecondaryTlbs radixSecondaryTlbs() {
        return new SecondaryTlbs(null,
                new Call("__radix__flush_tlb_range", Told.RANGE, Position.AFTER_FLUSH, Releases.ALWAYS),
                new Call("radix__flush_tlb_mm", Told.ALL, Position.AFTER_FLUSH, Releases.ALWAYS), null, Releases.NEVER,
                List.of("6.12 arch/powerpc/mm/book3s64/radix_tlb.c, radix_hugetlbpage.c: also __flush_all_mm(), "
                        + "__radix__flush_tlb_range_psize(), radix__flush_hugetlb_tlb_range()",
                        "no call in radix__flush_tlb_page_psize(): a flush of one page tells nobody"));
    }

    static Architecture hash() {
        Paging paging = new Paging(16, List.of(8, 10, 10, 8), 1L << 47, Releases.ALWAYS, 0, Releases.NEVER,
                List.of(8, 18), false,
                List.of("arch/powerpc/include/asm/book3s/64/hash-64k.h: 16 MiB a PMD, 16 GiB a PUD"));
        Entries entries = new Entries(false, true, true, false, true, Releases.NEVER, Releases.NEVER, false, true,
                List.of("arch/powerpc/mm/book3s64/hash_64k.c __hash_page_64K(): sets accessed and dirty in the Linux entry"));
        Flushes flushes = new Flushes(FlushScheme.BROADCAST, FlushTime.AT_WRITE, true, Integer.MAX_VALUE, false, false,
                Releases.NEVER, true, FullmmFlush.NONE, false, true, false, PID,
                List.of("arch/powerpc/mm/book3s64/hash_tlb.c hpte_need_flush(): each change of an entry takes its hash entry "
                        + "out; batched in lazy MMU mode, which is not modelled",
                        "arch/powerpc/include/asm/book3s/64/tlbflush-hash.h: flush_tlb_*() are empty"));
        Upgrades upgrades = new Upgrades(UpgradeFlush.NEVER, true, Releases.NEVER, Releases.ALWAYS,
                SpuriousFaultFlush.NOTHING, Releases.NEVER, false,
                List.of("arch/powerpc/mm/fault.c: ptep_set_access_flags() does no HPTE flush; the hash fault updates it"));
        return new Architecture("powerpc-hash",
                "Hashed tables with 64 KiB pages: a change of an entry takes its hash entry out at once; no flush function "
                        + "does anything.",
                InstructionSet.OTHER, paging, entries, flushes, upgrades, ArmPresets.NOT_BATCHED, SecondaryTlbs.NONE,
                ArmPresets.COSTS);
    }
}
