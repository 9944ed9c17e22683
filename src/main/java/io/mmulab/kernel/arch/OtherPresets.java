package io.mmulab.kernel.arch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.mmulab.kernel.design.Releases;

/** Architectures without an IOMMU that shares the CPU's page tables: nobody calls the secondary-TLB hook there. */
final class OtherPresets {

    private OtherPresets() {}

    /** The figures of x86-64, taken for another architecture that sends interrupts. */
    static Costs ipiCosts() {
        Costs x86 = X86Presets.COSTS;
        Map<String, String> sources = new HashMap<>(x86.sources());
        sources.replaceAll((figure, source) -> "assumption: the figure of x86-64");
        return new Costs(x86.tlbHit(), x86.tlbWalk(), x86.faultEntry(), x86.allocatePage(), x86.copyPage(),
                x86.localFlush(), x86.shootdown(), x86.syscall(), x86.notifierCall(), sources);
    }

    static Architecture s390() {
        Paging paging = new Paging(12, List.of(8, 11, 11, 11), 1L << 53, Releases.ALWAYS, 0, Releases.NEVER, List.of(8),
                false,
                List.of("arch/s390/include/asm/pgtable.h: 256 PTEs a table, 2,048 entries above; levels are added as "
                        + "addresses grow, here four", "the 2 GiB pages of EDAT-2 are left out"));
        Entries entries = new Entries(true, false, false, false, true, Releases.NEVER, Releases.NEVER, false, true,
                List.of("6.12 arch/s390/include/asm/pgtable.h: young and dirty are software bits; an old entry is invalid to "
                        + "the hardware, a clean one protected", "arch/s390/Kconfig HAVE_ARCH_SOFT_DIRTY"));
        Flushes flushes = new Flushes(FlushScheme.BROADCAST, FlushTime.AT_WRITE, false, Integer.MAX_VALUE, false, false,
                Releases.NEVER, true, FullmmFlush.ALL, true, true, false,
                new Asids(AsidScheme.ENOUGH, 0,
                        List.of("TLB entries are tagged with the ASCE, the table's own address")),
                List.of("6.12 arch/s390/mm/pgtable.c ptep_xchg_direct(): IPTE invalidates and purges",
                        "the deferral of an address space that runs on one CPU only (context.flush_mm) is not modelled",
                        "arch/s390/include/asm/tlbflush.h flush_tlb_page(): empty"));
        Upgrades upgrades = new Upgrades(UpgradeFlush.NEVER, true, Releases.NEVER, Releases.ALWAYS,
                SpuriousFaultFlush.THIS_CPU, Releases.ALWAYS, false,
                List.of("6.12 arch/s390/include/asm/pgtable.h ptep_set_access_flags(): RDP if only the protection goes, else "
                        + "invalidate and set; either purges", "flush_tlb_fix_spurious_fault(): a local RDP"));
        return new Architecture("s390", "IPTE and IDTE purge on all CPUs with the change of an entry.",
                InstructionSet.OTHER, paging, entries, flushes, upgrades, ArmPresets.NOT_BATCHED, SecondaryTlbs.NONE,
                ArmPresets.COSTS);
    }

    static Architecture sparc64() {
        Paging paging = new Paging(13, List.of(10, 10, 10, 10), 1L << 51, Releases.ALWAYS, 0, Releases.NEVER,
                List.of(10), false,
                List.of("arch/sparc/include/asm/pgtable_64.h: PMD_SHIFT 23, PGDIR_SHIFT + PGDIR_BITS 53",
                        "the user's half below the hole; huge pages of 64 KiB, 256 MiB, 2 GiB and 16 GiB are left out"));
        Entries entries = new Entries(true, false, false, false, false, Releases.NEVER, Releases.NEVER, false, false,
                List.of("arch/sparc/include/asm/pgtable_64.h: accessed and modified are software bits"));
        Flushes flushes = new Flushes(FlushScheme.IPI, FlushTime.AT_WRITE, true, Integer.MAX_VALUE, false, false,
                Releases.NEVER, true, FullmmFlush.NONE, false, true, false,
                new Asids(AsidScheme.GENERATIONS, 1 << 13,
                        List.of("arch/sparc/mm/init_64.c get_new_mmu_context(): CTX_NR_BITS 13")),
                List.of("6.12 arch/sparc/mm/tlb.c tlb_batch_add(): a change of an entry takes it out of the TSB and, by "
                        + "cross-call, of the TLBs; batched in lazy MMU mode, which is not modelled",
                        "arch/sparc/include/asm/tlbflush_64.h: flush_tlb_mm(), _page() and _range() are empty"));
        Upgrades upgrades = new Upgrades(UpgradeFlush.NEVER, true, Releases.NEVER, Releases.ALWAYS,
                SpuriousFaultFlush.NOTHING, Releases.NEVER, false,
                List.of("mm/pgtable-generic.c ptep_set_access_flags(): set_pte_at() queues the old translation; "
                        + "flush_tlb_page() is empty"));
        return new Architecture("sparc64", "8 KiB pages; writing an entry drops the old translation of all CPUs.",
                InstructionSet.OTHER, paging, entries, flushes, upgrades, ArmPresets.NOT_BATCHED, SecondaryTlbs.NONE,
                ipiCosts());
    }

    static Architecture sparc32() {
        Paging paging = new Paging(12, List.of(6, 6, 8), 0xf0000000L, Releases.NEVER, 0, Releases.NEVER, List.of(),
                false,
                List.of("arch/sparc/include/asm/pgtable_32.h: 64 PTEs, 64 PMDs of 256 KiB, 256 entries of 16 MiB",
                        "arch/sparc/include/asm/processor_32.h TASK_SIZE"));
        Entries entries = new Entries(false, true, true, false, false, Releases.NEVER, Releases.NEVER, false, false,
                List.of("SPARC reference MMU: referenced and modified bits by hardware"));
        Flushes flushes = new Flushes(FlushScheme.IPI, FlushTime.AT_CALL, false, Integer.MAX_VALUE, false, false,
                Releases.NEVER, true, FullmmFlush.ALL, false, true, true,
                new Asids(AsidScheme.GENERATIONS, 1 << 8,
                        List.of("arch/sparc/mm/srmmu.c alloc_context(): steals the context that was used longest ago, with a "
                                + "flush; here all begin anew. 256 contexts: assumption, it depends on the CPU")),
                List.of("arch/sparc/mm/srmmu.c: cross-calls", "mm/pgtable-generic.c ptep_clear_flush_young()"));
        Upgrades upgrades = new Upgrades(UpgradeFlush.ON_CHANGE, true, Releases.NEVER, Releases.ALWAYS,
                SpuriousFaultFlush.PAGE, Releases.ALWAYS, false,
                List.of("6.12 arch/sparc/include/asm/pgtable_32.h ptep_set_access_flags(): set and flush_tlb_page() if changed"));
        return new Architecture("sparc32", "The SPARC reference MMU: an upgrade flushes when it changes.",
                InstructionSet.OTHER, paging, entries, flushes, upgrades, ArmPresets.NOT_BATCHED, SecondaryTlbs.NONE,
                ipiCosts());
    }

    static Architecture ia64() {
        Paging paging =
                new Paging(14, List.of(11, 11, 8), 1L << 44, Releases.NEVER, 0, Releases.NEVER, List.of(), false,
                        List.of("6.1 arch/ia64/include/asm/pgtable.h: 16 KiB pages, three levels",
                                "one region of the user's; hugetlb, which has a region of its own, is left out"));
        Entries entries = new Entries(false, true, true, false, false, Releases.NEVER, Releases.NEVER, false, false,
                List.of("6.1 arch/ia64/kernel/ivt.S dirty_bit, daccess_bit: the handlers set the bits in the table"));
        Flushes flushes = new Flushes(FlushScheme.BROADCAST, FlushTime.AT_CALL, false, Integer.MAX_VALUE, false, false,
                Releases.NEVER, false, FullmmFlush.ALL, false, true, true,
                new Asids(AsidScheme.GENERATIONS, 1 << 15,
                        List.of("6.1 arch/ia64/mm/tlb.c wrap_mmu_context(): region identifiers of 18 bits, eight an address "
                                + "space")),
                List.of("6.1 arch/ia64/mm/tlb.c flush_tlb_range(): ptc.ga, or interrupts; beyond 1 TiB everything"));
        Upgrades upgrades = new Upgrades(UpgradeFlush.ON_WRITE_FAULT, false, Releases.NEVER, Releases.ALWAYS,
                SpuriousFaultFlush.PAGE, Releases.ALWAYS, false,
                List.of("6.1 arch/ia64/include/asm/pgtable.h ptep_set_access_flags(): on SMP set and flush_tlb_page() only if "
                        + "changed and safely writable"));
        return new Architecture("ia64", "16 KiB pages; an upgrade flushes when it is by a write. Gone since Linux 6.7.",
                InstructionSet.OTHER, paging, entries, flushes, upgrades, ArmPresets.NOT_BATCHED, SecondaryTlbs.NONE,
                ArmPresets.COSTS);
    }

    static Architecture mips() {
        Paging paging = new Paging(12, List.of(9, 9, 9, 9), 1L << 47, Releases.ALWAYS, 0, Releases.NEVER, List.of(9),
                false, List.of("arch/mips/include/asm/pgtable-64.h with MIPS_VA_BITS_48",
                        "arch/mips/Kconfig: huge pages with CPU_SUPPORTS_HUGEPAGES"));
        Entries entries = new Entries(false, true, true, false, false, Releases.NEVER, Releases.NEVER, false, false,
                List.of("arch/mips/mm/tlbex.c: the handlers of TLB load, store and modify set accessed and modified"));
        Flushes flushes = new Flushes(FlushScheme.IPI, FlushTime.AT_CALL, true, Integer.MAX_VALUE, false, false,
                Releases.NEVER, false, FullmmFlush.NONE, false, true, true,
                new Asids(AsidScheme.GENERATIONS_PER_CPU, 1 << 8,
                        List.of("arch/mips/mm/context.c get_new_mmu_context(): 8 bits a CPU, local_flush_tlb_all()")),
                List.of("6.12 arch/mips/kernel/smp.c: interrupts; flush_tlb_mm() of an address space that nobody uses returns",
                        "arch/mips/mm/tlbex.c: a TLB-modified exception looks at the table again"));
        Upgrades upgrades = new Upgrades(UpgradeFlush.THIS_CPU_ALWAYS, true, Releases.NEVER, Releases.ALWAYS,
                SpuriousFaultFlush.PAGE, Releases.ALWAYS, false,
                List.of("6.12 arch/mips/include/asm/pgtable.h ptep_set_access_flags(): set if different, true always; "
                        + "update_mmu_cache() loads this CPU's entry anew"));
        return new Architecture("mips",
                "A TLB that software refills: other CPUs find an upgraded entry by an exception.",
                InstructionSet.OTHER, paging, entries, flushes, upgrades, ArmPresets.NOT_BATCHED, SecondaryTlbs.NONE,
                ipiCosts());
    }

    static Architecture loongarch() {
        Paging paging = new Paging(14, List.of(11, 11, 11), 1L << 47, Releases.ALWAYS, 0, Releases.NEVER, List.of(11),
                false, List.of("arch/loongarch/include/asm/pgtable.h: 16 KiB pages, three levels, VA_BITS 47"));
        Entries entries = new Entries(false, true, true, false, false, Releases.NEVER, Releases.NEVER, false, false,
                List.of("arch/loongarch/mm/tlbex.S: the handlers of TLB load, store and modify set the bits"));
        Flushes flushes = new Flushes(FlushScheme.IPI, FlushTime.AT_CALL, true, Integer.MAX_VALUE, false, false,
                Releases.NEVER, true, FullmmFlush.NONE, false, true, true,
                new Asids(AsidScheme.GENERATIONS_PER_CPU, 1 << 10,
                        List.of("arch/loongarch/include/asm/mmu_context.h get_new_mmu_context(): 10 bits a CPU")),
                List.of("6.12 arch/loongarch/kernel/smp.c: interrupts, or, in a single thread, new contexts for the other "
                        + "CPUs; flush_tlb_mm() of an address space that nobody uses returns",
                        "arch/loongarch/Kconfig MMU_GATHER_MERGE_VMAS"));
        return new Architecture("loongarch",
                "16 KiB pages, a TLB that software refills; an upgrade flushes when it changes.",
                InstructionSet.OTHER, paging, entries, flushes, ArmPresets.GENERIC_UPGRADE, ArmPresets.NOT_BATCHED,
                SecondaryTlbs.NONE, ipiCosts());
    }
}
