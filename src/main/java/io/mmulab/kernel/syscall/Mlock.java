package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.gup.Populate;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mlock}, {@code mlock2}, {@code munlock}, {@code mlockall}, {@code munlockall} of {@code mm/mlock.c}. */
public final class Mlock {
    private static final int MCL_ALL = Mman.MCL_CURRENT | Mman.MCL_FUTURE | Mman.MCL_ONFAULT;

    private final Populate populate;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final int pageShift;

    /** For one machine. */
    public Mlock(Architecture architecture, Populate populate, CurrentActor current, SimulatedClock clock) {
        this.populate = populate;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        this.pageShift = architecture.pageShift();
    }

    /** {@code vma_supports_mlock}. */
    static boolean supports(Vma vma) {
        return !vma.has(VmFlags.SPECIAL | VmFlags.DROPPABLE | VmFlags.HUGETLB);
    }

    /**
     * {@code mlock2}: locks {@code [start, start + length)} and faults it in; the address is rounded down to a page.
     *
     * @param flags 0 or {@link Mman#MLOCK_ONFAULT}
     * @return 0 or a negative {@link Errno}; on ENOMEM for a hole what lies before stays locked
     */
    public long lock(AddressSpace mm, long start, long length, int flags) {
        clock.advance(cost);
        if ((flags & ~Mman.MLOCK_ONFAULT) != 0) {
            return Errno.EINVAL.returned();
        }
        if (!mm.limits().mayLock()) {
            return Errno.EPERM.returned();
        }
        long from = start & -mm.pageSize();
        long bytes = align(length + (start - from));
        long vmFlags = VmFlags.LOCKED | (flags != 0 ? VmFlags.LOCKONFAULT : 0);
        current.get().lock(LockKind.MMAP_WRITE);
        long error = withinLimit(mm, from, bytes) ? apply(mm, from, bytes, vmFlags) : Errno.ENOMEM.returned();
        current.get().unlock(LockKind.MMAP_WRITE);
        return error != 0 ? error : posixError(populate.mmPopulate(mm, from, bytes, false));
    }

    /** {@code __mlock_posix_error_return}. */
    private static long posixError(long error) {
        if (error == Errno.EFAULT.returned()) {
            return Errno.ENOMEM.returned();
        }
        return error == Errno.ENOMEM.returned() ? Errno.EAGAIN.returned() : error;
    }

    /** {@code munlock}. */
    public long unlock(AddressSpace mm, long start, long length) {
        clock.advance(cost);
        long from = start & -mm.pageSize();
        current.get().lock(LockKind.MMAP_WRITE);
        long error = apply(mm, from, align(length + (start - from)), 0);
        current.get().unlock(LockKind.MMAP_WRITE);
        return error;
    }

    /** {@code mlockall}: of what is mapped, of what will be, or both. */
    public long lockAll(AddressSpace mm, int flags) {
        clock.advance(cost);
        if (flags == 0 || (flags & ~MCL_ALL) != 0 || flags == Mman.MCL_ONFAULT) {
            return Errno.EINVAL.returned();
        }
        if (!mm.limits().mayLock()) {
            return Errno.EPERM.returned();
        }
        boolean now = (flags & Mman.MCL_CURRENT) != 0;
        current.get().lock(LockKind.MMAP_WRITE);
        boolean allowed = !now || mm.limits().isPrivileged()
                || mm.totalPages() <= mm.limits().memlock() >>> pageShift;
        if (allowed) {
            applyAll(mm, flags);
        }
        current.get().unlock(LockKind.MMAP_WRITE);
        if (!allowed) {
            return Errno.ENOMEM.returned();
        }
        if (now) {
            populate.mmPopulate(mm, 0, mm.taskSize(), true);
        }
        return 0;
    }

    /** {@code munlockall}. */
    public long unlockAll(AddressSpace mm) {
        clock.advance(cost);
        current.get().lock(LockKind.MMAP_WRITE);
        applyAll(mm, 0);
        current.get().unlock(LockKind.MMAP_WRITE);
        return 0;
    }

    /** {@code apply_mlockall_flags}: errors of single VMAs are ignored. */
    private void applyAll(AddressSpace mm, int flags) {
        long wanted = VmFlags.LOCKED | ((flags & Mman.MCL_ONFAULT) != 0 ? VmFlags.LOCKONFAULT : 0);
        boolean later = (flags & Mman.MCL_FUTURE) != 0;
        boolean now = (flags & Mman.MCL_CURRENT) != 0;
        mm.setDefaultFlags((mm.defaultFlags() & ~VmFlags.LOCKED_MASK) | (later ? wanted : 0));
        if (later && !now) {
            return;
        }
        for (Vma vma = mm.vmas().find(0); vma != null;) {
            long end = vma.end();
            fixup(mm, vma, vma.start(), end, (vma.flags() & ~VmFlags.LOCKED_MASK) | (now ? wanted : 0));
            vma = mm.vmas().find(end);
        }
    }

    /** {@code apply_vma_lock_flags}. */
    private long apply(AddressSpace mm, long start, long length, long lockFlags) {
        long end = start + length;
        if (Long.compareUnsigned(end, start) < 0) {
            return Errno.EINVAL.returned();
        }
        long at = start;
        while (at < end) {
            Vma vma = mm.vmas().lookup(at);
            if (vma == null) {
                return Errno.ENOMEM.returned();
            }
            long stop = Math.min(end, vma.end());
            long error = fixup(mm, vma, at, stop, (vma.flags() & ~VmFlags.LOCKED_MASK) | lockFlags);
            if (error != 0) {
                return error;
            }
            at = stop;
        }
        return 0;
    }

    /** {@code mlock_fixup}. */
    private long fixup(AddressSpace mm, Vma vma, long start, long end, long newFlags) {
        long oldFlags = vma.flags();
        if (newFlags == oldFlags || !supports(vma)) {
            return 0;
        }
        if (mm.merge().modify(vma, start, end, newFlags, Mmap.MAX_MAP_COUNT) == null) {
            return -mm.merge().error();
        }
        long pages = (end - start) >>> pageShift;
        boolean locked = (newFlags & VmFlags.LOCKED) != 0;
        if (!locked || (oldFlags & VmFlags.LOCKED) == 0) {
            mm.addLockedPages(locked ? pages : -pages);
        }
        return 0;
    }

    private boolean withinLimit(AddressSpace mm, long start, long length) {
        if (mm.limits().isPrivileged()) {
            return true;
        }
        long limit = mm.limits().memlock() >>> pageShift;
        long locked = (length >>> pageShift) + mm.lockedPages();
        return locked <= limit || locked - lockedPages(mm, start, start + length) <= limit;
    }

    /** {@code count_mm_mlocked_page_nr}. */
    private long lockedPages(AddressSpace mm, long start, long end) {
        long pages = 0;
        for (Vma vma = mm.vmas().intersecting(start, end); vma != null; vma = mm.vmas().intersecting(vma.end(), end)) {
            if (vma.has(VmFlags.LOCKED)) {
                pages += (Math.min(end, vma.end()) - Math.max(start, vma.start())) >>> pageShift;
            }
        }
        return pages;
    }

    private long align(long bytes) {
        long mask = (1L << pageShift) - 1;
        return (bytes + mask) & ~mask;
    }
}
