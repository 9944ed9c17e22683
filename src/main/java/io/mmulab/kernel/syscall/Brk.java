package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.gup.Populate;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code brk}: the heap's end. Always returns the current break, never an error. */
public final class Brk {
    private static final long HEAP_FLAGS = VmFlags.READ | VmFlags.WRITE | VmFlags.MAYREAD | VmFlags.MAYWRITE
            | VmFlags.MAYEXEC | VmFlags.ACCOUNT;

    private final Munmap munmap;
    private final Populate populate;
    private final Overcommit overcommit;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final int pageShift;

    /** For one machine. */
    public Brk(Architecture architecture, Munmap munmap, Populate populate, Overcommit overcommit,
            CurrentActor current, SimulatedClock clock) {
        this.munmap = munmap;
        this.populate = populate;
        this.overcommit = overcommit;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        this.pageShift = architecture.pageShift();
    }

    /** Moves the break to {@code address} if it may; returns where it is. */
    public long brk(AddressSpace mm, long address) {
        clock.advance(cost);
        long from = align(mm, mm.brk());
        current.get().lock(LockKind.MMAP_WRITE);
        boolean grown = move(mm, address);
        current.get().unlock(LockKind.MMAP_WRITE);
        if (grown && (mm.defaultFlags() & VmFlags.LOCKED) != 0) {
            populate.mmPopulate(mm, from, align(mm, address) - from, true);
        }
        return mm.brk();
    }

    /** Whether pages were added. */
    private boolean move(AddressSpace mm, long address) {
        if (Long.compareUnsigned(address, mm.startBrk()) < 0
                || Long.compareUnsigned(address, mm.taskSize()) > 0
                || address - mm.startBrk() > mm.limits().data()) {
            return false;
        }
        long oldEnd = align(mm, mm.brk());
        long newEnd = align(mm, address);
        if (newEnd == oldEnd) {
            mm.setBrk(address);
        } else if (newEnd < oldEnd) {
            shrink(mm, address, newEnd, oldEnd);
        } else if (grow(mm, oldEnd, newEnd)) {
            mm.setBrk(address);
            return true;
        }
        return false;
    }

    private void shrink(AddressSpace mm, long address, long newEnd, long oldEnd) {
        boolean mapped = mm.vmas().intersecting(newEnd, oldEnd) != null;
        if (mapped && munmap.doMunmap(mm, newEnd, oldEnd - newEnd) == 0) {
            mm.setBrk(address);
        }
    }

    private boolean grow(AddressSpace mm, long oldEnd, long newEnd) {
        long length = newEnd - oldEnd;
        long pages = length >>> pageShift;
        long flags = HEAP_FLAGS | mm.defaultFlags();
        Vma next = mm.vmas().find(oldEnd);
        boolean blocked = next != null && newEnd + mm.pageSize() > guardedStart(mm, next);
        if (!mm.mayLock(mm.defaultFlags(), pages) || blocked
                || !mm.mayExpand(flags, pages) || mm.vmas().size() > Mmap.MAX_MAP_COUNT
                || !overcommit.charge(mm, pages)) {
            return false;
        }
        Vma vma = mm.merge().mergeBelow(oldEnd, newEnd, flags);
        if (vma == null) {
            vma = new Vma(pageShift, oldEnd, newEnd, flags, oldEnd >>> pageShift, null);
            mm.merge().link(vma);
        }
        mm.accountPages(flags, pages);
        if ((flags & VmFlags.LOCKED) != 0) {
            mm.addLockedPages(pages);
        }
        vma.setFlags(vma.flags() | VmFlags.SOFTDIRTY);
        return true;
    }

    private static long guardedStart(AddressSpace mm, Vma vma) {
        long gap = vma.has(VmFlags.GROWSDOWN) ? UnmappedArea.STACK_GUARD_PAGES * mm.pageSize() : 0;
        return Math.max(0, vma.start() - gap);
    }

    private static long align(AddressSpace mm, long address) {
        return (address + mm.pageSize() - 1) & -mm.pageSize();
    }
}
