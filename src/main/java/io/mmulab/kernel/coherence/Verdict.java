package io.mmulab.kernel.coherence;

import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** How a cached translation stands to the page table, and whether it may. */
public enum Verdict {
    /** It says what the entry says. */
    AGREES(true, "says what the page-table entry says"),
    /** It permits less, and who is refused looks again. */
    MORE_RESTRICTIVE(true,
            "permits less than the entry; an access that it refuses faults and looks at the entry again"),
    /** The address space is gone, and its ASID is not used again. */
    ADDRESS_SPACE_GONE(true, "is of an address space that has ended; nobody runs with its ASID any more"),
    /** Reclaim has put off the flush; whoever changes entries of the address space does it first. */
    FLUSH_PENDING(true, "is stale until the deferred flush of reclaim (flush_tlb_batched_pending)"),
    /** The device holds the page itself. */
    PINNED(true, "leads to a page that the device has pinned; that the address maps something else is by design"),
    /** It permits less, and who is refused tries again with the same translation: the bug of the thread. */
    LOST_UPGRADE(false, "permits less than the entry, and a write through it faults for ever"),
    /** It permits what the entry does not. */
    TOO_PERMISSIVE(false, "permits what the entry does not permit"),
    /** It leads to another page, or to one where there is none. */
    WRONG_PAGE(false, "leads to a page that the entry does not map");

    private static final long RIGHTS = Pte.PRESENT | Pte.WRITE | Pte.EXEC | Pte.DIRTY;
    private static final long USEFUL = Pte.WRITE | Pte.EXEC | Pte.DIRTY;

    private final boolean allowed;
    private final String reason;

    Verdict(boolean allowed, String reason) {
        this.allowed = allowed;
        this.reason = reason;
    }

    /** Whether a correct kernel may leave it so. */
    public boolean isAllowed() {
        return allowed;
    }

    /** In words. */
    public String reason() {
        return reason;
    }

    /**
     * Of an entry of a CPU's TLB.
     *
     * @param cached the entry as it was walked
     * @param pte the entry now
     */
    static Verdict ofCpu(long cached, long pte) {
        if (Pte.frame(pte) != Pte.frame(cached) || !Pte.valid(pte)) {
            return WRONG_PAGE;
        }
        if ((cached & RIGHTS & ~pte) != 0) {
            return TOO_PERMISSIVE;
        }
        return (pte & USEFUL & ~cached) == 0 ? AGREES : MORE_RESTRICTIVE;
    }

    /**
     * Of an entry of a device.
     *
     * @param pte the page-table entry now
     */
    static Verdict ofDevice(SecondaryMmu device, int frame, boolean writable, long pte) {
        boolean same = Pte.maps(pte, frame);
        if (device.keepsPages()) {
            return same ? AGREES : PINNED;
        }
        if (!same) {
            return WRONG_PAGE;
        }
        boolean mayWrite = device.cachesAsWritable(pte);
        if (writable == mayWrite) {
            return AGREES;
        }
        if (writable) {
            return TOO_PERMISSIVE;
        }
        return device.needsUpgradeInvalidation() ? LOST_UPGRADE : MORE_RESTRICTIVE;
    }
}
