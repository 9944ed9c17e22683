package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.gup.Populate;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mmap}: {@code ksys_mmap_pgoff()}, {@code do_mmap()}, {@code mmap_region()}. */
public final class Mmap {
    /** {@code sysctl_max_map_count}. */
    public static final int MAX_MAP_COUNT = 65530;

    private final Munmap munmap;
    private final UnmappedArea unmappedArea;
    private final Hugetlb hugetlb;
    private final Populate populate;
    private final Overcommit overcommit;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final Architecture architecture;
    private final int pageShift;
    private final boolean checksBeforeUnmap;

    /** For one machine. */
    public Mmap(Architecture architecture, KernelVersion version, Munmap munmap, Hugetlb hugetlb,
            Populate populate, Overcommit overcommit, CurrentActor current, SimulatedClock clock) {
        this.munmap = munmap;
        this.unmappedArea = new UnmappedArea(architecture, version);
        this.hugetlb = hugetlb;
        this.populate = populate;
        this.overcommit = overcommit;
        this.current = current;
        this.clock = clock;
        this.architecture = architecture;
        this.pageShift = architecture.pageShift();
        this.checksBeforeUnmap = version.has(VersionRule.MMAP_CHECKS_BEFORE_UNMAP);
    }

    /**
     * Maps memory.
     *
     * @param address hint in bytes, or the place itself with MAP_FIXED
     * @param length in bytes; rounded up to pages
     * @param prot PROT_ bits of {@link Mman}
     * @param flags MAP_ bits of {@link Mman}
     * @param file what to map; null for private anonymous memory, and for a file descriptor that is not one; shared
     *        anonymous memory brings its shmem file
     * @param offset into the file in bytes, page aligned
     * @return the address, or a negative {@link Errno}
     */
    public long map(AddressSpace mm, long address, long length, int prot, int flags, @Nullable MappedFile file,
            long offset) {
        clock.advance(architecture.costs().syscall());
        long pageSize = mm.pageSize();
        if ((offset & (pageSize - 1)) != 0) {
            return Errno.EINVAL.returned();
        }
        if (file == null && (flags & Mman.MAP_ANONYMOUS) == 0) {
            return Errno.EBADF.returned();
        }
        if (length == 0) {
            return Errno.EINVAL.returned();
        }
        long rounded = (length + pageSize - 1) & -pageSize;
        if (rounded == 0) {
            return Errno.ENOMEM.returned();
        }
        long pgoff = offset >>> pageShift;
        if (pgoff + (rounded >>> pageShift) < pgoff) {
            return Errno.EOVERFLOW.returned();
        }
        current.get().lock(LockKind.MMAP_WRITE);
        long result = doMmap(mm, address, rounded, prot, flags, file, pgoff);
        current.get().unlock(LockKind.MMAP_WRITE);
        boolean locked = ((mm.defaultFlags() & VmFlags.LOCKED) != 0) || (flags & Mman.MAP_LOCKED) != 0;
        if (!Errno.isError(result) && (locked || (flags & Mman.MAP_POPULATE) != 0)) {
            populate.mmPopulate(mm, result, rounded, true);
        }
        return result;
    }

    private long doMmap(AddressSpace mm, long address, long length, int prot, int flags, @Nullable MappedFile file,
            long pgoff) {
        if (mm.vmas().size() > MAX_MAP_COUNT) {
            return Errno.ENOMEM.returned();
        }
        boolean noReplace = (flags & Mman.MAP_FIXED_NOREPLACE) != 0;
        boolean fixed = noReplace || (flags & Mman.MAP_FIXED) != 0;
        MappedFile named = (flags & Mman.MAP_ANONYMOUS) == 0 ? file : null;
        long at = place(mm, address, length, fixed, file, pgoff);
        if (Errno.isError(at)) {
            return at;
        }
        if (noReplace && mm.vmas().intersecting(at, at + length) != null) {
            return Errno.EEXIST.returned();
        }
        long vmFlags = Mman.vmFlags(architecture, prot) | mm.defaultFlags() | VmFlags.MAYREAD | VmFlags.MAYWRITE
                | VmFlags.MAYEXEC
                | ((flags & Mman.MAP_GROWSDOWN) != 0 ? VmFlags.GROWSDOWN : 0)
                | ((flags & Mman.MAP_LOCKED) != 0 ? VmFlags.LOCKED : 0);
        if ((flags & Mman.MAP_LOCKED) != 0 && !mm.limits().mayLock()) {
            return Errno.EPERM.returned();
        }
        if (!mm.mayLock(vmFlags, length >>> pageShift)) {
            return Errno.EAGAIN.returned();
        }
        long error = named != null ? fileError(named, prot, flags) : anonymousError(flags);
        if (error != 0) {
            return error;
        }
        vmFlags = (vmFlags & ~withheld(flags, named)) | sharing(flags, named);
        boolean huge = Hugetlb.isHuge(file);
        if ((flags & Mman.MAP_NORESERVE) != 0 && (huge || overcommit.mode() != Overcommit.Mode.NEVER)) {
            vmFlags |= VmFlags.NORESERVE;
        }
        vmFlags |= huge ? VmFlags.HUGETLB | VmFlags.DONTEXPAND : 0;
        return region(mm, at, length, vmFlags, file, file == null ? at >>> pageShift : pgoff);
    }

    private long place(AddressSpace mm, long address, long length, boolean fixed, @Nullable MappedFile file,
            long pgoff) {
        long hint = address & -mm.pageSize();
        boolean low = !fixed && hint != 0 && Long.compareUnsigned(hint, UnmappedArea.MMAP_MIN_ADDRESS) < 0;
        long wanted = fixed ? address : low ? UnmappedArea.MMAP_MIN_ADDRESS : hint;
        return unmappedArea.get(mm, file, wanted, length, pgoff << pageShift, fixed);
    }

    private static long fileError(MappedFile file, int prot, int flags) {
        int type = flags & Mman.MAP_TYPE;
        if (type == Mman.MAP_SHARED_VALIDATE && (flags & ~Mman.LEGACY_MAP_MASK) != 0) {
            return Errno.EOPNOTSUPP.returned();
        }
        boolean shared = type == Mman.MAP_SHARED || type == Mman.MAP_SHARED_VALIDATE;
        if (shared && (prot & Mman.PROT_WRITE) != 0 && !file.writable()) {
            return Errno.EACCES.returned();
        }
        boolean refused = (!shared && type != Mman.MAP_PRIVATE) || (flags & Mman.MAP_GROWSDOWN) != 0;
        return refused ? Errno.EINVAL.returned() : 0;
    }

    private static long anonymousError(int flags) {
        int type = flags & Mman.MAP_TYPE;
        boolean refused = type == Mman.MAP_SHARED ? (flags & Mman.MAP_GROWSDOWN) != 0 : type != Mman.MAP_PRIVATE;
        return refused ? Errno.EINVAL.returned() : 0;
    }

    /** A shared mapping of a file that is not open for writing counts as shared, but never becomes writable. */
    private static long sharing(int flags, @Nullable MappedFile named) {
        if ((flags & Mman.MAP_TYPE) == Mman.MAP_PRIVATE) {
            return 0;
        }
        return isReadOnly(named) ? VmFlags.MAYSHARE : VmFlags.SHARED | VmFlags.MAYSHARE;
    }

    private static long withheld(int flags, @Nullable MappedFile named) {
        return (flags & Mman.MAP_TYPE) != Mman.MAP_PRIVATE && isReadOnly(named) ? VmFlags.MAYWRITE : 0;
    }

    private static boolean isReadOnly(@Nullable MappedFile named) {
        return named != null && !named.writable();
    }

    /** {@code mmap_region}: unmaps what is there, then merges or makes a VMA. */
    private long region(AddressSpace mm, long start, long length, long flags, @Nullable MappedFile file, long pgoff) {
        long end = start + length;
        long pages = length >>> pageShift;
        boolean accountable =
                (flags & (VmFlags.NORESERVE | VmFlags.SHARED | VmFlags.WRITE | VmFlags.HUGETLB)) == VmFlags.WRITE;
        long error = checksBeforeUnmap ? checkThenUnmap(mm, start, end, flags, accountable)
                : unmapThenCharge(mm, start, end, flags, accountable);
        if (error != 0) {
            return error;
        }
        long vmFlags = flags | (accountable ? VmFlags.ACCOUNT : 0);
        Vma vma = mm.merge().mergeNew(start, end, vmFlags, pgoff, file);
        if (vma == null) {
            vma = new Vma(pageShift, start, end, vmFlags, pgoff, file);
            error = hugetlb.mmap(vma);
            if (error != 0) {
                munmap.abandon(mm, vma);
                return error;
            }
            mm.merge().link(vma);
        }
        mm.accountPages(vmFlags, pages);
        if ((vmFlags & VmFlags.LOCKED) != 0) {
            lockNew(mm, vma, pages);
        }
        vma.setFlags(vma.flags() | VmFlags.SOFTDIRTY);
        return start;
    }

    private static void lockNew(AddressSpace mm, Vma vma, long pages) {
        if (Mlock.supports(vma)) {
            mm.addLockedPages(pages);
        } else {
            vma.setFlags(vma.flags() & ~VmFlags.LOCKED_MASK);
        }
    }

    /** Since 6.12: what the mapping adds beyond what it replaces must be allowed; then what was there goes. */
    private long checkThenUnmap(AddressSpace mm, long start, long end, long flags, boolean accountable) {
        long error = munmap.splitEdges(mm, start, end);
        if (error != 0) {
            return error;
        }
        long pages = (end - start) >>> pageShift;
        if (!mm.mayExpand(flags, pages - mappedPages(mm, start, end, 0))) {
            return Errno.ENOMEM.returned();
        }
        if (accountable && !overcommit.charge(mm, pages - mappedPages(mm, start, end, VmFlags.ACCOUNT))) {
            return Errno.ENOMEM.returned();
        }
        if (accountable) {
            overcommit.keep(mappedPages(mm, start, end, VmFlags.ACCOUNT));
        }
        munmap.unmapSplit(mm, start, end);
        return 0;
    }

    /** Before: an error of the unmapping is ENOMEM, and what was there is gone if the charge fails. */
    private long unmapThenCharge(AddressSpace mm, long start, long end, long flags, boolean accountable) {
        long pages = (end - start) >>> pageShift;
        boolean fits = mm.mayExpand(flags, pages)
                || mm.mayExpand(flags, pages - mappedPages(mm, start, end, 0));
        if (!fits || munmap.doMunmap(mm, start, end - start) != 0) {
            return Errno.ENOMEM.returned();
        }
        return !accountable || overcommit.charge(mm, pages) ? 0 : Errno.ENOMEM.returned();
    }

    /** {@code count_vma_pages_range}: pages of {@code [start, end)} that are mapped, with all of some flags. */
    private long mappedPages(AddressSpace mm, long start, long end, long flags) {
        long pages = 0;
        for (Vma vma = mm.vmas().intersecting(start, end); vma != null; vma = mm.vmas().intersecting(vma.end(), end)) {
            if ((vma.flags() & flags) == flags) {
                pages += (Math.min(end, vma.end()) - Math.max(start, vma.start())) >>> pageShift;
            }
        }
        return pages;
    }
}
