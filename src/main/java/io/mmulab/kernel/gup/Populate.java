package io.mmulab.kernel.gup;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** Faults in pages ahead of their use: mlock, MAP_POPULATE, MADV_POPULATE_READ and MADV_POPULATE_WRITE. */
public final class Populate {
    private static final long EFAULT = 14;
    private static final long ENOMEM = 12;
    private static final long EINVAL = 22;

    private final GetUserPages gup;
    private final CurrentActor current;
    private final boolean perVma;

    /** For one machine. */
    public Populate(KernelVersion version, GetUserPages gup, CurrentActor current) {
        this.gup = gup;
        this.current = current;
        this.perVma = version.has(VersionRule.MADV_POPULATE_PER_VMA);
    }

    /**
     * {@code populate_vma_page_range} of {@code [start, end)} within a VMA: writable private pages by a write fault, so that
     * no copy is left for later. The caller holds mmap_lock.
     *
     * @param mayDropLock whether a fault may drop the lock: then fewer pages than asked for may be there
     * @return pages, or a negative errno
     */
    public long vmaRange(AddressSpace mm, Vma vma, long start, long end, boolean mayDropLock) {
        if (!vma.has(VmFlags.ACCESS)) {
            return -EFAULT;
        }
        boolean write = vma.has(VmFlags.WRITE) && !vma.has(VmFlags.SHARED);
        int foll = Foll.TOUCH | (write ? Foll.WRITE : Foll.FORCE) | (mayDropLock ? Foll.UNLOCKABLE : 0);
        return gup.pages(mm, start, (end - start) / mm.pageSize(), foll, null, 0);
    }

    /**
     * {@code __mm_populate}: takes mmap_lock for reading. VMAs of a kind that has nothing to populate are skipped, so are
     * holes.
     *
     * @param ignoreErrors whether an error ends the VMA only
     * @return 0 or a negative errno
     */
    public long mmPopulate(AddressSpace mm, long start, long length, boolean ignoreErrors) {
        long end = start + length;
        long error = 0;
        current.get().lock(LockKind.MMAP_READ);
        long at = start;
        while (at < end && error == 0) {
            Vma vma = mm.vmas().intersecting(at, end);
            if (vma == null) {
                break;
            }
            long from = Math.max(at, vma.start());
            long to = Math.min(end, vma.end());
            boolean nothing = vma.has(VmFlags.LOCKONFAULT | VmFlags.IO | VmFlags.PFNMAP);
            long pages = nothing ? (to - from) / mm.pageSize() : vmaRange(mm, vma, from, to, true);
            if (pages >= 0) {
                at = from + pages * mm.pageSize();
            } else if (ignoreErrors) {
                at = to;
            } else {
                error = pages;
            }
        }
        current.get().unlock(LockKind.MMAP_READ);
        return error;
    }

    /**
     * {@code madvise_populate} of {@code [start, end)}, within a VMA in releases that walk VMAs. The caller holds mmap_lock
     * for reading.
     *
     * @param write whether pages are made writable
     * @return 0, or -EINVAL, -EFAULT, -EHWPOISON, -ENOMEM negated as usual; pages before the failure are there
     */
    public long madvise(AddressSpace mm, long start, long end, boolean write) {
        int foll = Foll.TOUCH | Foll.HWPOISON | Foll.UNLOCKABLE | Foll.MADV_POPULATE | (write ? Foll.WRITE : 0);
        long at = start;
        while (at < end) {
            long count = (end - at) / mm.pageSize();
            long pages = perVma ? oneAttempt(mm, at, count, foll) : gup.unlocked(mm, at, count, foll, null);
            if (pages < 0) {
                return pages;
            }
            at += pages * mm.pageSize();
        }
        return 0;
    }

    /** Before 6.10: {@code faultin_vma_page_range}, whose caller asks again when the lock was dropped. */
    private long oneAttempt(AddressSpace mm, long at, long count, int foll) {
        @Nullable
        Vma vma = mm.vmas().lookup(at);
        if (vma == null) {
            return -ENOMEM;
        }
        long inVma = Math.min(count, (vma.end() - at) / mm.pageSize());
        return gup.checkVmaFlags(vma, foll) ? gup.pages(mm, at, inVma, foll, null, 0) : -EINVAL;
    }

    /** Whether MADV_POPULATE_* is applied VMA by VMA, past holes. */
    public boolean madviseIsPerVma() {
        return perVma;
    }
}
