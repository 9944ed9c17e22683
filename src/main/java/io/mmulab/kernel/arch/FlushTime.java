package io.mmulab.kernel.arch;

/** When the CPU flush of a changed entry happens. */
public enum FlushTime {
    /** When the memory manager calls a flush function. */
    AT_CALL,
    /**
     * With the write of the entry itself, so that the flush functions have nothing left to do: s390 (IPTE invalidates and
     * purges), sparc64 (set_pte_at queues the old translation), powerpc with hash tables (hpte_need_flush).
     */
    AT_WRITE
}
