package io.mmulab.kernel.arch;

/** How a CPU gets other CPUs to drop a translation. */
public enum FlushScheme {
    /** An instruction that all CPUs obey (arm64: TLBI …IS and DSB; powerpc: tlbie; s390: IPTE and IDTE; ia64: ptc.ga). */
    BROADCAST,
    /** An interrupt, or a call of the firmware, for each CPU that may hold the translation (x86-64, riscv, mips, sparc). */
    IPI
}
