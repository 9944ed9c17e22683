package io.mmulab.kernel.arch;

/** When {@code ptep_set_access_flags()} flushes the CPU TLBs after it made a PTE more permissive. */
public enum UpgradeFlush {
    /** Never: a permission fault discards the cached entry (x86-64, {@code arch/x86/mm/pgtable.c}). */
    NEVER,
    /** If the fault was a write: {@code flush_tlb_page()} iff the dirty argument is set (arm64, {@code arch/arm64/mm/fault.c}). */
    ON_WRITE_FAULT,
    /** Whenever the entry changed: the generic version ({@code mm/pgtable-generic.c}). */
    ON_CHANGE
}
