package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.mm.AddressSpace;

/** Watches changes of entries. The checker's view. */
public interface PageTableObserver {
    /** Whether changes in this address space are to be reported: asked before each. */
    boolean observes(AddressSpace mm);

    /**
     * An entry became another one. Called right after the write, under the page-table lock.
     *
     * @param address first byte that the entry maps; how much it maps says {@code Pte.level} of whichever is not none
     */
    void entryChanged(AddressSpace mm, long address, long before, long after);
}
