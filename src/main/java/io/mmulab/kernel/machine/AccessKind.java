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
    private final long decisive;
    private final int faultFlags;

    AccessKind(long needed, int faultFlags) {
        this.needed = needed;
        this.decisive = needed | ((needed & Pte.EXEC) != 0 ? 0 : Pte.EXECUTE_ONLY);
        this.faultFlags = faultFlags;
    }

    /** Whether an entry, cached or not, lets the access through without further ado. */
    boolean isAllowedBy(long pte) {
        return (pte & decisive) == needed;
    }

    int faultFlags() {
        return faultFlags;
    }
}
