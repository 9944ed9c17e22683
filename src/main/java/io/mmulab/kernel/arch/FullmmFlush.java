package io.mmulab.kernel.arch;

/** What an mmu_gather flushes when the whole address space goes away. */
public enum FullmmFlush {
    /** Everything, at once (x86-64, and the generic {@code tlb_flush}). */
    ALL,
    /** Everything if page tables were freed, else nothing: the ASID is retired (arm64, {@code asm/tlb.h}). */
    ONLY_TABLES,
    /** Nothing: {@code flush_tlb_mm()} returns when nobody uses the address space any more (mips, loongarch), or is empty. */
    NONE
}
