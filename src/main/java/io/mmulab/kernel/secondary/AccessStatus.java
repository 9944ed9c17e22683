package io.mmulab.kernel.secondary;

/** How a device's access ended. */
public enum AccessStatus {
    /** It went through. */
    OK,
    /** Refused: no VMA, no permission, or the address space is gone. */
    INVALID,
    /** Not memory to the device: user space is to emulate it (outside all memory slots, or a write to a read-only one). */
    MMIO,
    /** The memory has failed; the process gets SIGBUS. */
    HWPOISON,
    /** Each fault was handled, yet the access kept faulting: no forward progress. */
    STUCK
}
