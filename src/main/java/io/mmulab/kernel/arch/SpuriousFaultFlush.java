package io.mmulab.kernel.arch;

/** What {@code flush_tlb_fix_spurious_fault()} does when a write fault finds its entry as it should be. */
public enum SpuriousFaultFlush {
    /** Nothing. */
    NOTHING,
    /** This CPU drops its entry; nobody else is told (arm64 since 6.19, s390 with RDP). */
    THIS_CPU,
    /** {@code flush_tlb_page()}: the default of {@code include/linux/pgtable.h}. */
    PAGE
}
