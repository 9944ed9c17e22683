package io.mmulab.kernel.arch;

/** How a CPU gets other CPUs to drop a translation. */
public enum FlushScheme {
    /** An instruction that all CPUs of the inner shareable domain obey (arm64: TLBI …IS, then DSB). */
    BROADCAST,
    /** An interrupt to each CPU that may hold the translation (x86-64). */
    IPI
}
