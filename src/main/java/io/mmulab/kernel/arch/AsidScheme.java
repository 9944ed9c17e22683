package io.mmulab.kernel.arch;

/** How address spaces get the tags of their TLB entries, and what happens when the tags are used up. */
public enum AsidScheme {
    /**
     * One number for all CPUs, of a generation. When all are given away a new generation begins and each CPU drops its whole
     * TLB; the secondary-TLB hook hears nothing (arm64, arm, riscv, ia64, sparc64).
     */
    GENERATIONS,
    /** As {@link #GENERATIONS}, each CPU for itself (mips, loongarch). */
    GENERATIONS_PER_CPU,
    /** Each CPU has a few, for the address spaces that it ran last (x86-64: PCID). */
    LAST_RUN_PER_CPU,
    /** There are always enough (s390 tags entries with the ASCE, powerpc with a PID of 20 bits). */
    ENOUGH
}
