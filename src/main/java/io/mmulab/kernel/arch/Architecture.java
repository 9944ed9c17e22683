package io.mmulab.kernel.arch;

import java.util.List;

/**
 * A CPU family as the memory manager sees it. All of it is data: a handler asks for the rule it needs.
 *
 * <p>The page-table entry has one form for all architectures (see {@code paging.Pte}); what differs is what the hardware
 * makes of it, and that is said here.
 *
 * @param name as users write it
 * @param summary one sentence for a reader
 * @param instructionSet what its code is made of
 * @param paging the shape of its page tables
 * @param entries what it makes of an entry
 * @param flushes how TLBs are flushed
 * @param upgrades what happens when an entry becomes more permissive
 * @param unmapBatching whether flushes of unmapped pages are put off
 * @param secondaryTlbs which flush functions call the secondary-TLB hook
 * @param costs simulated nanoseconds
 */
public record Architecture(String name, String summary, InstructionSet instructionSet, Paging paging, Entries entries,
        Flushes flushes, Upgrades upgrades, UnmapBatching unmapBatching, SecondaryTlbs secondaryTlbs, Costs costs) {

    /** x86-64 with 4 KiB pages and four levels. */
    public static final Architecture X86_64 = X86Presets.x86();

    /** arm64 with 4 KiB pages and 48-bit addresses, without hardware management of access flag and dirty state. */
    public static final Architecture ARM64 = ArmPresets.arm64("arm64", ArmPresets.pages4k(), false);

    /**
     * As {@link #ARM64}, on a CPU with FEAT_HAFDBS and FEAT_TLBIRANGE: access flag and dirty state are set without a fault,
     * and ranges are flushed by one instruction. The recorded arm64 kernels ran on such a CPU.
     */
    public static final Architecture ARM64_HAFDBS = ArmPresets.arm64("arm64-hafdbs", ArmPresets.pages4k(), true);

    /** As {@link #ARM64} with 16 KiB pages. */
    public static final Architecture ARM64_16K = ArmPresets.arm64("arm64-16k", ArmPresets.pages16k(), false);

    /** As {@link #ARM64_HAFDBS} with 16 KiB pages. */
    public static final Architecture ARM64_16K_HAFDBS =
            ArmPresets.arm64("arm64-16k-hafdbs", ArmPresets.pages16k(), true);

    /** As {@link #ARM64} with 64 KiB pages. */
    public static final Architecture ARM64_64K = ArmPresets.arm64("arm64-64k", ArmPresets.pages64k(), false);

    /** As {@link #ARM64_HAFDBS} with 64 KiB pages. */
    public static final Architecture ARM64_64K_HAFDBS =
            ArmPresets.arm64("arm64-64k-hafdbs", ArmPresets.pages64k(), true);

    /** 32-bit Arm with LPAE, on ARMv7 multiprocessors. */
    public static final Architecture ARM = ArmPresets.arm();

    /** RISC-V with Sv48 and neither Svadu nor Svvptc. */
    public static final Architecture RISCV = RiscvPresets.riscv("riscv", false);

    /** As {@link #RISCV}, with Svvptc: a valid entry is seen in bounded time. */
    public static final Architecture RISCV_SVVPTC = RiscvPresets.riscv("riscv-svvptc", true);

    /** Power with radix tables, as the ISA says (POWER10). */
    public static final Architecture POWERPC_RADIX = PowerpcPresets.radix("powerpc-radix", false);

    /** As {@link #POWERPC_RADIX} on POWER9, whose nest MMU can't relax a right that it has cached. */
    public static final Architecture POWERPC_RADIX_POWER9 = PowerpcPresets.radix("powerpc-radix-power9", true);

    /** Power with hashed tables. */
    public static final Architecture POWERPC_HASH = PowerpcPresets.hash();

    /** IBM Z. */
    public static final Architecture S390 = OtherPresets.s390();

    /** SPARC V9. */
    public static final Architecture SPARC64 = OtherPresets.sparc64();

    /** SPARC V8 with the reference MMU. */
    public static final Architecture SPARC32 = OtherPresets.sparc32();

    /** Itanium, until Linux 6.6. */
    public static final Architecture IA64 = OtherPresets.ia64();

    /** MIPS64 with a software-refilled TLB. */
    public static final Architecture MIPS = OtherPresets.mips();

    /** LoongArch with a software-refilled TLB. */
    public static final Architecture LOONGARCH = OtherPresets.loongarch();

    /** All presets, in the order in which they are shown. */
    public static final List<Architecture> PRESETS = List.of(X86_64, ARM64, ARM64_HAFDBS, ARM64_16K, ARM64_16K_HAFDBS,
            ARM64_64K, ARM64_64K_HAFDBS, ARM, RISCV, RISCV_SVVPTC, POWERPC_RADIX, POWERPC_RADIX_POWER9, POWERPC_HASH,
            S390, SPARC64, SPARC32, IA64, MIPS, LOONGARCH);

    /** The same with other costs. */
    public Architecture withCosts(Costs others) {
        return new Architecture(name, summary, instructionSet, paging, entries, flushes, upgrades, unmapBatching,
                secondaryTlbs, others);
    }

    /** log2 of the base page size in bytes. */
    public int pageShift() {
        return paging.pageShift();
    }

    /** Bytes of a base page. */
    public long pageSize() {
        return paging.pageSize();
    }

    /** Page-table levels, root included. */
    public int levels() {
        return paging.levels();
    }

    /** End of the user addresses in bytes, exclusive. */
    public long taskSize() {
        return paging.taskSize();
    }

    /** How other CPUs are told to flush. */
    public FlushScheme flushScheme() {
        return flushes.scheme();
    }

    /** Whether entries have a soft-dirty bit. */
    public boolean softDirty() {
        return entries.softDirty();
    }

    /** Whether a writable but clean entry refuses writes. */
    public boolean cleanIsReadOnly() {
        return entries.cleanIsReadOnly();
    }

    /**
     * Whether entries have a contiguous bit ({@code PTE_CONT}), so that the TLB can hold several of them as one: then hugetlb
     * has sizes between those of the levels.
     */
    public boolean contiguousBit() {
        return paging.contiguousPtesShift() > 0;
    }
}
