package io.mmulab.kernel.tlb;

import io.mmulab.kernel.mm.AddressSpace;

/** Watches CPU TLB flushes. */
@FunctionalInterface
public interface FlushObserver {
    /** All CPUs have dropped what they cached of {@code [start, end)}; -1 as end means everything. */
    void flushed(AddressSpace mm, long start, long end);
}
