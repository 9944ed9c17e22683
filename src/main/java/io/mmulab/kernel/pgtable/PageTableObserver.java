package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.mm.AddressSpace;

/** Watches changes of present entries, of address spaces that have (or had) subscribers. The checker's view. */
public interface PageTableObserver {
    /**
     * A present entry became another one, or none. Called right after the write, under the page-table lock.
     *
     * @param address first byte that the entry maps; how much it maps says {@code Pte.level(before)}
     */
    void entryChanged(AddressSpace mm, long address, long before, long after);
}
