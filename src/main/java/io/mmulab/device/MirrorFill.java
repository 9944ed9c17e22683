package io.mmulab.device;

import java.util.HashSet;
import java.util.Set;

import io.mmulab.device.DeviceDesign.Rights;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.gup.Foll;
import io.mmulab.kernel.hmm.HmmRange;
import io.mmulab.kernel.hmm.HmmRangeFault;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** How an entry comes into a device's table, by {@link DeviceDesign.Filling}. */
final class MirrorFill {
    /** {@code HMM_RANGE_DEFAULT_TIMEOUT} in attempts: a driver gives up when it keeps colliding. */
    private static final int MAX_COLLISIONS = 64;
    private static final int EFAULT = 14;

    private final MmuServices services;
    private final DeviceDesign design;
    private final Translations table;
    private final MirrorSequence sequence;
    private final int id;
    private final HmmRange range = new HmmRange();
    private final Set<Long> mappedOnce = new HashSet<>();
    private final int[] pinned = new int[1];
    private long collisions;

    MirrorFill(int id, MmuServices services, DeviceDesign design, Translations table, MirrorSequence sequence) {
        this.id = id;
        this.services = services;
        this.design = design;
        this.table = table;
        this.sequence = sequence;
    }

    /** Attempts that an invalidation has spoilt. */
    long collisions() {
        return collisions;
    }

    private static AccessStatus status(int error) {
        if (error == 0) {
            return AccessStatus.OK;
        }
        return error == -HmmRangeFault.EBUSY ? AccessStatus.STUCK : AccessStatus.INVALID;
    }

    /** A walk in hardware or by the driver, without a fault: whether there is an entry now. */
    boolean walk(AddressSpace mm, long page) {
        boolean closed = design.checksSequence() && sequence.windows().inProgress();
        if (closed || Long.compareUnsigned(page, mm.taskSize()) >= 0) {
            return false;
        }
        services.current().get().step(Step.DEVICE_FILL);
        services.clock().advance(design.costs().walk());
        long pte = services.pageTables().walk(mm, page);
        if (!Pte.valid(pte) || !Pte.young(pte)) {
            return false;
        }
        table.put(page, Pte.frame(pte), Pte.write(pte));
        return true;
    }

    /** Has the kernel make the page accessible and, unless the hardware walks by itself, installs it. */
    AccessStatus fault(AddressSpace mm, long page, boolean write) {
        if (Long.compareUnsigned(page, mm.taskSize()) >= 0) {
            return AccessStatus.INVALID;
        }
        return switch (design.filling()) {
            case WALK -> VmFault.isError(services.faults().device(mm, page, write)) ? AccessStatus.INVALID
                    : AccessStatus.OK;
            case HMM -> status(range(mm, page, page + mm.pageSize(), write));
            case ONCE -> once(mm, page, write);
            case PIN -> pin(mm, page, write);
        };
    }

    /**
     * The loop of {@code hmm_range_fault()}'s callers: collect, and install unless an invalidation has come in between.
     *
     * @return 0 or a negative errno
     */
    int range(AddressSpace mm, long start, long end, boolean write) {
        if (!mm.isAlive() || Long.compareUnsigned(end, mm.taskSize()) > 0) {
            return -EFAULT;
        }
        range.over(mm, start, end).requesting(true, write).ownedBy(id);
        int result = -HmmRangeFault.EBUSY;
        for (int attempt = 0; attempt < MAX_COLLISIONS && result == -HmmRangeFault.EBUSY; attempt++) {
            if (!sequence.begin(mm, start)) {
                return result;
            }
            range.begin(sequence.interval(start), sequence.seen());
            result = collect();
            services.current().get().step(Step.DEVICE_FILL);
            services.clock().advance(design.costs().walk());
            if (result == 0 && design.checksSequence() && sequence.retry(start)) {
                result = -HmmRangeFault.EBUSY;
            }
            collisions += result == -HmmRangeFault.EBUSY ? 1 : 0;
        }
        if (result == 0) {
            install(mm, write);
        }
        return result;
    }

    /** What is mapped, without a fault. */
    HmmRange look(AddressSpace mm, long start, long end) {
        range.over(mm, start, end).requesting(false, false).ownedBy(id).begin(null, 0);
        collect();
        return range;
    }

    private int collect() {
        services.current().get().lock(LockKind.MMAP_READ);
        int result = services.hmm().fault(range);
        services.current().get().unlock(LockKind.MMAP_READ);
        return result;
    }

    private void install(AddressSpace mm, boolean write) {
        for (long at = range.start(); at < range.end(); at += mm.pageSize()) {
            long pfn = range.pfn(at);
            boolean writable = (pfn & HmmRange.WRITE) != 0 && (write || design.rights() == Rights.AS_ENTRY);
            table.put(at, HmmRange.frame(pfn), writable);
        }
    }

    /** What was dropped stays so: it was a mapping, not a mirror. */
    private AccessStatus once(AddressSpace mm, long page, boolean write) {
        sequence.begin(mm, page);
        if (!mappedOnce.add(page)) {
            return AccessStatus.INVALID;
        }
        Vma vma = mm.vmas().lookup(page);
        boolean writable = vma != null && vma.has(VmFlags.WRITE);
        int frame = vma == null || (write && !writable) ? Frames.NO_FRAME
                : services.gup().unlocked(mm, page, writable ? Foll.WRITE : 0);
        if (frame <= 0) {
            mappedOnce.remove(page);
            return AccessStatus.INVALID;
        }
        services.frames().put(frame);
        table.put(page, frame, writable);
        return AccessStatus.OK;
    }

    /** {@code vfio_pin_pages_remote}, {@code iopt_pages_pin}: for writing, where the memory may be written. */
    private AccessStatus pin(AddressSpace mm, long page, boolean write) {
        Vma vma = mm.isAlive() ? mm.vmas().lookup(page) : null;
        boolean writable = vma != null && vma.has(VmFlags.WRITE);
        if (vma == null || table.get(page) != Translations.MISS || (write && !writable)) {
            return AccessStatus.INVALID;
        }
        int foll = Foll.PIN | Foll.LONGTERM | Foll.TOUCH | (writable ? Foll.WRITE : 0);
        if (services.gup().unlocked(mm, page, 1, foll, pinned) != 1) {
            return AccessStatus.INVALID;
        }
        table.put(page, pinned[0], writable);
        return AccessStatus.OK;
    }

    /** A device without an address space has mapped nothing. */
    void forget() {
        mappedOnce.clear();
    }
}
