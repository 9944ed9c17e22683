package io.mmulab.kernel.secondary;

/** How a device's access ended. */
public enum AccessStatus {
    /** It went through. */
    OK,
    /** Refused: no VMA, no permission, or the address space is gone. */
    INVALID,
    /** Each fault was handled, yet the access kept faulting: no forward progress. */
    STUCK
}
