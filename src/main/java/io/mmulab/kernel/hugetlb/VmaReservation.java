package io.mmulab.kernel.hugetlb;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.vma.Vma;

/**
 * {@code vm_private_data} of a private hugetlb VMA: its reservation map with the flags that the kernel keeps in the
 * pointer's low bits.
 *
 * @param map offsets whose reservation is consumed; null in a fork's child and with MAP_NORESERVE
 * @param owner {@code HPAGE_RESV_OWNER}: this address space made the reservation
 * @param unmapped {@code HPAGE_RESV_UNMAPPED}: the owner took a page away; a fault on a missing page is fatal from now on
 */
record VmaReservation(@Nullable ResvMap map, boolean owner, boolean unmapped) {
    private static final VmaReservation NONE = new VmaReservation(null, false, false);

    /** That of a VMA. */
    static VmaReservation of(Vma vma) {
        return vma.privateData() instanceof VmaReservation reservation ? reservation : NONE;
    }

    /** {@code set_vma_resv_flags(HPAGE_RESV_UNMAPPED)}. */
    static void setUnmapped(Vma vma) {
        VmaReservation now = of(vma);
        vma.setPrivateData(new VmaReservation(now.map, now.owner, true));
    }
}
