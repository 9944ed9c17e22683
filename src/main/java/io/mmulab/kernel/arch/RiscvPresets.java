package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.arch.SecondaryTlbs.Call;
import io.mmulab.kernel.arch.SecondaryTlbs.Position;
import io.mmulab.kernel.arch.SecondaryTlbs.Told;
import io.mmulab.kernel.design.Releases;

/** RISC-V. */
final class RiscvPresets {
    /** The hook was added in 2024. */
    private static final Releases HOOKED = Releases.since(610);

    private RiscvPresets() {}

    static Architecture riscv(String name, boolean svvptc) {
        return new Architecture(name,
                "Sv48 with 4 KiB pages; accessed and dirty bits are set by faults. " + (svvptc
                        ? "With Svvptc an upgrade flushes everywhere when it changed."
                        : "Without Svvptc a fault flushes this CPU's entry, and other CPUs take a spurious fault."),
                InstructionSet.OTHER, paging(), entries(), flushes(), upgrades(svvptc), batching(), secondaryTlbs(),
                OtherPresets.ipiCosts());
    }

    private static Paging paging() {
        return new Paging(12, List.of(9, 9, 9, 9), 1L << 47, Releases.ALWAYS, 0, Releases.NEVER, List.of(9, 18), false,
                List.of("arch/riscv/include/asm/pgtable-64.h: Sv48", "the 64 KiB pages of Svnapot are left out"));
    }

    private static Entries entries() {
        return new Entries(true, false, false, false, false, Releases.NEVER, Releases.NEVER, false, true,
                List.of("RISC-V privileged specification: without Svadu a clear A bit, or a clear D bit on a write, faults",
                        "arch/riscv/mm/fault.c access_error()"));
    }

    private static Flushes flushes() {
        return new Flushes(FlushScheme.IPI, FlushTime.AT_CALL, false, 64, false, true, Releases.NEVER, false,
                FullmmFlush.ALL, true, true, false,
                new Asids(AsidScheme.GENERATIONS, 1 << 16,
                        List.of("arch/riscv/mm/context.c __flush_context(): 16 bits")),
                List.of("6.12 arch/riscv/mm/tlbflush.c: tlb_flush_all_threshold 64 entries; IPI or SBI remote fence",
                        "arch/riscv/include/asm/tlb.h tlb_flush(): flush_tlb_mm() if tables were freed",
                        "arch/riscv/include/asm/pgtable.h ptep_clear_flush_young(): does not flush"));
    }

    private static Upgrades upgrades(boolean svvptc) {
        return new Upgrades(svvptc ? UpgradeFlush.ON_CHANGE : UpgradeFlush.THIS_CPU_ALWAYS, true, Releases.NEVER,
                Releases.ALWAYS, SpuriousFaultFlush.PAGE, Releases.ALWAYS, false,
                List.of("6.12 arch/riscv/mm/pgtable.c ptep_set_access_flags(): with Svvptc flush_tlb_page() if changed; "
                        + "without, true always",
                        "6.12 arch/riscv/include/asm/pgtable.h update_mmu_cache_range(): local_flush_tlb_page()",
                        "include/linux/pgtable.h flush_tlb_fix_spurious_fault(): flush_tlb_page()"));
    }

    private static UnmapBatching batching() {
        return new UnmapBatching(HOOKED, false, false,
                List.of("6.12 arch/riscv/Kconfig ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH; whether earlier releases have it was not "
                        + "looked up", "6.12 arch/riscv/mm/tlbflush.c arch_tlbbatch_should_defer(): always"));
    }

    private static SecondaryTlbs secondaryTlbs() {
        String flush = "__flush_tlb_range";
        return new SecondaryTlbs(new Call(flush, Told.PAGE, Position.AFTER_FLUSH, HOOKED),
                new Call(flush, Told.RANGE, Position.AFTER_FLUSH, HOOKED),
                new Call(flush, Told.ALL, Position.AFTER_FLUSH, HOOKED),
                new Call("arch_tlbbatch_add_pending", Told.PAGE, Position.AT_ADD, HOOKED), Releases.NEVER,
                List.of("20240328073838.8776-1-alexghiti@rivosinc.com (6.10)",
                        "6.12 arch/riscv/mm/tlbflush.c __flush_tlb_range(), arch_tlbbatch_add_pending()",
                        "not: arch_tlbbatch_flush(), whose range belongs to no address space; local_flush_tlb_page()"));
    }
}
