package io.mmulab.kernel.hugetlb;

import org.jspecify.annotations.Nullable;

/** What the kernel keeps in the {@code struct folio} of a huge page beside what every page has. */
final class HugeFolio {
    /** First frame. */
    final int head;
    /** Memory node. */
    final int node;
    /** {@code HPageRestoreReserve}: its allocation consumed a reservation, and freeing it gives the reservation back. */
    boolean restoreReserve;
    /** {@code HPageTemporary}: goes back to the page allocator when freed; migration replaces it by a page of the pool. */
    boolean temporary;
    /** The mount's limit that it counts against. */
    @Nullable
    HugepageSubpool subpool;

    HugeFolio(int head, int node) {
        this.head = head;
        this.node = node;
    }
}
