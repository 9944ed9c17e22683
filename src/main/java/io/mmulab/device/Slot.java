package io.mmulab.device;

/**
 * {@code struct kvm_memory_slot}; addresses and length in bytes.
 *
 * @param id number of the slot
 * @param guestAddress guest physical
 * @param hostAddress host virtual
 * @param readOnly {@code KVM_MEM_READONLY}
 * @param logDirty {@code KVM_MEM_LOG_DIRTY_PAGES}
 */
record Slot(int id, long guestAddress, long hostAddress, long length, boolean readOnly, boolean logDirty) {
    boolean holdsGuest(long address) {
        return Long.compareUnsigned(address - guestAddress, length) < 0;
    }

    boolean overlapsHost(long start, long end) {
        return Long.compareUnsigned(start, hostAddress + length) < 0 && Long.compareUnsigned(end, hostAddress) > 0;
    }

    boolean overlapsGuest(long start, long bytes) {
        return start < guestAddress + length && guestAddress < start + bytes;
    }

    long toHost(long guest) {
        return guest - guestAddress + hostAddress;
    }

    long toGuest(long host) {
        return host - hostAddress + guestAddress;
    }

    /** Guest address of the first byte of a host range that the slot has; the range may begin below it. */
    long firstGuest(long start) {
        return Long.compareUnsigned(start, hostAddress) < 0 ? guestAddress : toGuest(start);
    }

    /** Guest address of the end of a host range, rounded up to a page; the range may end beyond the slot. */
    long lastGuest(long end) {
        return Long.compareUnsigned(end, hostAddress + length) >= 0 ? guestEnd() : toGuest((end + 0xfff) & -0x1000);
    }

    long guestEnd() {
        return guestAddress + length;
    }

    /**
     * Whether the block of {@code span} bytes around a guest address can be one entry: it lies in the slot, and the host
     * address has the same place in its block.
     */
    boolean allowsBlock(long guest, long span) {
        long base = guest & -span;
        return ((guestAddress ^ hostAddress) & (span - 1)) == 0 && base >= guestAddress
                && base + span <= guestEnd();
    }
}
