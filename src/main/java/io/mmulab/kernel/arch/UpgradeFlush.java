package io.mmulab.kernel.arch;

/** What {@code ptep_set_access_flags()} flushes after it made an entry more permissive. */
public enum UpgradeFlush {
    /** Nothing: a permission fault discards the cached entry (x86-64), or the write itself flushed (s390, sparc64). */
    NEVER,
    /** {@code flush_tlb_page()} if the fault was a write: iff the dirty argument is set (arm64, ia64). */
    ON_WRITE_FAULT,
    /** {@code flush_tlb_page()} whenever the entry changed: the generic version ({@code mm/pgtable-generic.c}). */
    ON_CHANGE,
    /**
     * This CPU's entry, whether or not anything changed, in {@code update_mmu_cache()}: the function says that it changed
     * always (riscv without Svvptc, mips).
     */
    THIS_CPU_ALWAYS
}
