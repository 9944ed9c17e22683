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
    EXEC(Pte.PRESENT | Pte.EXEC, FaultFlags.INSTRUCTION);

    private final long needed;
    private final int faultFlags;

    AccessKind(long needed, int faultFlags) {
        this.needed = needed;
        this.faultFlags = faultFlags;
    }

    /** Bits that a cached entry needs for the access to go through without further ado. */
    long needed() {
        return needed;
    }

    int faultFlags() {
        return faultFlags;
    }
}
