package io.mmulab.kernel.tlb;

/** Hardware beside the CPUs that obeys broadcast TLB maintenance: an SMMU with BTM. */
public interface TlbBroadcastListener {
    /** A broadcast invalidation of {@code [start, end)} of an address space; {@code end} is -1 for all of it. */
    void tlbInvalidate(int asid, long start, long end);
}
