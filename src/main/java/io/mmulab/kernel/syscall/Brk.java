package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code brk}: the heap's end. Always returns the current break, never an error. */
public final class Brk {
    private static final long HEAP_FLAGS = VmFlags.READ | VmFlags.WRITE | VmFlags.MAYREAD | VmFlags.MAYWRITE
            | VmFlags.MAYEXEC | VmFlags.ACCOUNT | VmFlags.SOFTDIRTY;

    private final Munmap munmap;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final int pageShift;

    /** For one machine. */
    public Brk(Architecture architecture, Munmap munmap, CurrentActor current, SimulatedClock clock) {
        this.munmap = munmap;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        this.pageShift = architecture.pageShift();
    }

    /** Moves the break to {@code address} if it may; returns where it is. */
    public long brk(AddressSpace mm, long address) {
        clock.advance(cost);
        if (Long.compareUnsigned(address, mm.startBrk()) < 0 || Long.compareUnsigned(address, mm.taskSize()) > 0) {
            return mm.brk();
        }
        long pageSize = mm.pageSize();
        long oldEnd = (mm.brk() + pageSize - 1) & -pageSize;
        long newEnd = (address + pageSize - 1) & -pageSize;
        current.get().lock(LockKind.MMAP_WRITE);
        if (newEnd < oldEnd) {
            munmap.unmapLocked(mm, newEnd, oldEnd);
            mm.setBrk(address);
        } else if (newEnd == oldEnd || grow(mm, oldEnd, newEnd)) {
            mm.setBrk(address);
        }
        current.get().unlock(LockKind.MMAP_WRITE);
        return mm.brk();
    }

    private boolean grow(AddressSpace mm, long oldEnd, long newEnd) {
        long guard = (UnmappedArea.STACK_GUARD_PAGES + 1) << pageShift;
        Vma next = mm.vmas().find(oldEnd);
        if ((next != null && newEnd + guard > next.start()) || mm.vmas().size() > Mmap.MAX_MAP_COUNT
                || newEnd > mm.taskSize()) {
            return false;
        }
        if (mm.merge().mergeNew(oldEnd, newEnd, HEAP_FLAGS, oldEnd >>> pageShift, null) == null) {
            mm.vmas().insert(new Vma(pageShift, oldEnd, newEnd, HEAP_FLAGS, oldEnd >>> pageShift, null));
        }
        mm.addTotalPages((newEnd - oldEnd) >> pageShift);
        return true;
    }
}
