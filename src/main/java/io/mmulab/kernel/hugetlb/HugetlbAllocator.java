package io.mmulab.kernel.hugetlb;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** Takes huge pages out of a pool for a VMA and keeps the reservation maps in step ({@code alloc_hugetlb_folio()}). */
final class HugetlbAllocator {
    private final HugeFolios folios;

    HugetlbAllocator(HugeFolios folios) {
        this.folios = folios;
    }

    /**
     * {@code vma_needs_reservation}: whether the page at an address has no reservation that it could use. A file's map holds
     * what is reserved, a private one what is used up.
     */
    static boolean needsReservation(HugetlbInode inode, Vma vma, long address) {
        long offset = inode.offset(vma, address);
        if (vma.has(VmFlags.MAYSHARE)) {
            return inode.reservations().missing(offset, offset + 1) > 0;
        }
        ResvMap used = VmaReservation.of(vma).map();
        return used == null || used.missing(offset, offset + 1) == 0;
    }

    /** {@code vma_commit_reservation}: the page is allocated; the map holds its offset from now on. */
    private static void commit(HugetlbInode inode, Vma vma, long address) {
        ResvMap map = vma.has(VmFlags.MAYSHARE) ? inode.reservations() : VmaReservation.of(vma).map();
        if (map != null) {
            long offset = inode.offset(vma, address);
            map.add(offset, offset + 1);
        }
    }

    /** {@code vma_add_reservation} for a private mapping: the offset is reserved again, no longer used up. */
    static void restore(HugetlbInode inode, Vma vma, long address) {
        ResvMap used = VmaReservation.of(vma).map();
        if (used != null) {
            long offset = inode.offset(vma, address);
            used.remove(offset, offset + 1);
        }
    }

    /**
     * {@code alloc_hugetlb_folio}.
     *
     * @param cowFromOwner the owner of a reservation copies a page that is shared with a child: its own reservation is used
     *        up, the copy must come from what nobody reserved
     * @return a page with one reference and whatever content, or null: the caller gets ENOSPC
     */
    @Nullable
    HugeFolio alloc(Vma vma, long address, boolean cowFromOwner) {
        HugetlbInode inode = HugetlbInode.of(vma);
        HugepageSubpool subpool = inode.subpool();
        boolean charge = needsReservation(inode, vma, address) || cowFromOwner;
        long fromPool = !charge ? 0 : subpool == null ? 1 : subpool.getPages(1);
        if (fromPool == HugepageSubpool.REFUSED) {
            return null;
        }
        HugeFolio folio = inode.hstate().take(fromPool == 0, node(vma));
        if (folio == null) {
            if (charge && subpool != null) {
                subpool.putPages(1);
            }
            return null;
        }
        folio.subpool = subpool;
        commit(inode, vma, address);
        return folio;
    }

    /** {@code huge_node}: the memory node that the VMA's policy (MPOL_BIND) demands. */
    private static int node(Vma vma) {
        return vma.policy() instanceof Integer bound ? bound : Hstate.ANY_NODE;
    }

    /** {@code free_huge_folio}: the last reference of a page is gone. */
    void free(int head) {
        HugeFolio folio = folios.folio(head);
        HugepageSubpool subpool = folio.subpool;
        folio.subpool = null;
        boolean restore = folio.restoreReserve || (subpool != null && subpool.putPages(1) == 0);
        folios.pool(head).give(folio, restore);
    }
}
