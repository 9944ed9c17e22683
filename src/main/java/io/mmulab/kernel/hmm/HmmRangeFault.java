package io.mmulab.kernel.hmm;

import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code hmm_range_fault()} of {@code mm/hmm.c}: walks a range of the page table, faults in what the driver wants and does not
 * find, and says of each page which frame it is and whether the device may write it. After each fault it looks again from
 * where it stopped, unless an invalidation has come in between.
 */
public final class HmmRangeFault {
    private static final int EPERM = 1;
    private static final int EFAULT = 14;
    /** An invalidation came in between: the driver begins again. */
    public static final int EBUSY = 16;
    private static final int AGAIN = 1;
    private static final int MAX_ATTEMPTS = 64;

    private final PageTableOps ops;
    private final PageFault faults;
    private final Frames frames;

    /** For one machine. */
    public HmmRangeFault(PageTableOps ops, PageFault faults, Frames frames) {
        this.ops = ops;
        this.faults = faults;
        this.frames = frames;
    }

    /**
     * Fills in the answers of a range; the caller holds mmap_lock for reading.
     *
     * @return 0; -EBUSY after a collision; -EPERM for a write where the VMA allows none; -EFAULT where nothing can be made
     *         valid
     */
    public int fault(HmmRange range) {
        AddressSpace mm = range.mm();
        long at = range.start();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            if (range.collided()) {
                return -EBUSY;
            }
            int result = 0;
            while (at < range.end() && result == 0) {
                result = page(range, mm, at);
                at += result == 0 ? mm.pageSize() : 0;
            }
            if (result <= 0) {
                return result;
            }
        }
        return -EBUSY;
    }

    private int page(HmmRange range, AddressSpace mm, long at) {
        Vma vma = mm.vmas().lookup(at);
        if (vma == null || vma.has(VmFlags.IO | VmFlags.PFNMAP) || !vma.has(VmFlags.READ)) {
            return unusable(range, at);
        }
        long pte = ops.get(mm, at);
        if (Pte.isDevicePrivate(pte) && frames.deviceOwner(Pte.frame(pte)) == range.owner()) {
            range.set(at, HmmRange.pfn(Pte.frame(pte), Pte.write(pte), 0));
            return 0;
        }
        boolean valid = Pte.valid(pte);
        boolean writable = valid && Pte.write(pte);
        if (range.faultsIn() && (!valid || (range.forWrite() && !writable))) {
            return need(range, mm, vma, at);
        }
        range.set(at, valid ? HmmRange.pfn(Pte.frame(pte), writable, order(mm, pte)) : 0);
        return 0;
    }

    /** A hole, or memory that has no pages behind it: a failure only if it was wanted. */
    private static int unusable(HmmRange range, long at) {
        if (range.faultsIn()) {
            return -EFAULT;
        }
        range.set(at, HmmRange.ERROR);
        return 0;
    }

    private static int order(AddressSpace mm, long pte) {
        return mm.pageTable().levelShift(Pte.level(pte)) - mm.pageTable().levelShift(0);
    }

    /** {@code hmm_vma_fault}. */
    private int need(HmmRange range, AddressSpace mm, Vma vma, long at) {
        int flags = FaultFlags.REMOTE;
        if (range.forWrite()) {
            if (!vma.has(VmFlags.WRITE)) {
                return -EPERM;
            }
            flags |= FaultFlags.WRITE;
        }
        return VmFault.isError(faults.handleMmFault(mm, vma, at, flags)) ? -EFAULT : AGAIN;
    }
}
