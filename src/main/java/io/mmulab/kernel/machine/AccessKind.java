package io.mmulab.kernel.machine;

import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.paging.Pte;

/** What an access does. */
public enum AccessKind {
    /** A load. */
    READ(Pte.PRESENT, 0),
    /** A store: the cached entry must be writable and dirty already. */
    WRITE(Pte.PRESENT | Pte.WRITE | Pte.DIRTY, FaultFlags.WRITE),
    /** An instruction fetch. */
    EXEC(Pte.EXEC, FaultFlags.INSTRUCTION);

    private final long needed;
    private final int faultFlags;

    AccessKind(long needed, int faultFlags) {
        this.needed = needed;
        this.faultFlags = faultFlags;
    }

    /** Whether an entry, as the CPU's TLB holds it, lets the access through without further ado. */
    boolean isAllowedBy(long pte) {
        return (pte & needed) == needed;
    }

    /** The bits that an entry must have for that. */
    long needed() {
        return needed;
    }

    int faultFlags() {
        return faultFlags;
    }
}
