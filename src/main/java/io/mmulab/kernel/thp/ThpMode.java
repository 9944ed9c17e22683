package io.mmulab.kernel.thp;

/** What a file {@code enabled} or {@code shmem_enabled} of {@code /sys/kernel/mm/transparent_hugepage} says. */
public enum ThpMode {
    /** Wherever a huge page fits. */
    ALWAYS,
    /** As far as the file reaches; else as {@link #ADVISE}. Shared memory only. */
    WITHIN_SIZE,
    /** After MADV_HUGEPAGE ({@code madvise}; {@code advise} for shared memory). */
    ADVISE,
    /** As the file of the same name one directory up says. One size only. */
    INHERIT,
    /** Not by a fault. */
    NEVER,
    /** Never, whatever a mount says. Shared memory only. */
    DENY,
    /** Always, whatever a mount says. Shared memory only. */
    FORCE
}
