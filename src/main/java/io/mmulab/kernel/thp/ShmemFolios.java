package io.mmulab.kernel.thp;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code shmem_get_folio_gfp()} of a fault: a page of a file that is memory itself, and where nothing is in its place yet
 * and huge pages are allowed, a large folio around it.
 */
public final class ShmemFolios {
    private final ThpOrders orders;
    private final Frames frames;
    private final boolean looksAtVma;

    /** For one machine. */
    public ShmemFolios(KernelVersion version, ThpOrders orders, Frames frames) {
        this.orders = orders;
        this.frames = frames;
        this.looksAtVma = version.has(VersionRule.SHMEM_FOLIO_FITS_VMA);
    }

    /** The frame of a page, or {@link Frames#NO_FRAME} when memory is used up. */
    public int frame(AddressSpace mm, Vma vma, MappedFile file, long index, long address) {
        int found = file.cachedFrame(index);
        if (found != Frames.NO_FRAME || !orders.anyShmem()) {
            return found != Frames.NO_FRAME ? found : file.frame(index, frames);
        }
        int allowed = mm.thpDisabled() ? 0 : orders.shmem(vma, file, index, false);
        int left = looksAtVma ? ThpOrders.suitableOrders(mm, vma, address, allowed) : allowed;
        while (left != 0) {
            int order = 31 - Integer.numberOfLeadingZeros(left);
            long first = index & -(1L << order);
            if (file.isEmpty(first, 1 << order) && file.addFolio(first, order, frames)) {
                break;
            }
            left &= ~(1 << order);
        }
        return file.frame(index, frames);
    }
}
