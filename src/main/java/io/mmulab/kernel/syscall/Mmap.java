package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mmap}: {@code ksys_mmap_pgoff()}, {@code do_mmap()}, {@code mmap_region()}. */
public final class Mmap {
    /** {@code sysctl_max_map_count}. */
    public static final int MAX_MAP_COUNT = 65530;
    private static final int NOT_SIMULATED = Mman.MAP_HUGETLB | Mman.MAP_LOCKED;

    private final Munmap munmap;
    private final UnmappedArea unmappedArea;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final int pageShift;

    /** For one machine. */
    public Mmap(Architecture architecture, KernelVersion version, Munmap munmap, CurrentActor current,
            SimulatedClock clock) {
        this.munmap = munmap;
        this.unmappedArea = new UnmappedArea(version);
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        this.pageShift = architecture.pageShift();
    }

    /**
     * Maps memory.
     *
     * @param address hint in bytes, or the place itself with MAP_FIXED
     * @param length in bytes; rounded up to pages
     * @param prot PROT_ bits of {@link Mman}
     * @param flags MAP_ bits of {@link Mman}
     * @param file what to map; null for private anonymous memory; shared anonymous memory brings its shmem file
     * @param offset into the file in bytes, page aligned
     * @return the address, or a negative {@link Errno}
     */
    public long map(AddressSpace mm, long address, long length, int prot, int flags, @Nullable MappedFile file,
            long offset) {
        clock.advance(cost);
        if ((flags & NOT_SIMULATED) != 0) {
            throw new NotSimulatedException("mmap with MAP_HUGETLB or MAP_LOCKED");
        }
        long pageSize = mm.pageSize();
        if ((offset & (pageSize - 1)) != 0 || length == 0) {
            return Errno.EINVAL.returned();
        }
        long rounded = (length + pageSize - 1) & -pageSize;
        if (rounded <= 0) {
            return Errno.ENOMEM.returned();
        }
        if ((offset >>> pageShift) + (rounded >>> pageShift) < offset >>> pageShift) {
            return Errno.EOVERFLOW.returned();
        }
        if (mm.vmas().size() > MAX_MAP_COUNT) {
            return Errno.ENOMEM.returned();
        }
        current.get().lock(LockKind.MMAP_WRITE);
        long result = place(mm, address, rounded, prot, flags, file, offset >>> pageShift);
        current.get().unlock(LockKind.MMAP_WRITE);
        return result;
    }

    private long place(AddressSpace mm, long address, long length, int prot, int flags, @Nullable MappedFile file,
            long pgoff) {
        boolean noReplace = (flags & Mman.MAP_FIXED_NOREPLACE) != 0;
        boolean fixed = noReplace || (flags & Mman.MAP_FIXED) != 0;
        long at;
        if (fixed) {
            at = checkFixed(mm, address, length);
        } else {
            long hint = address & -mm.pageSize();
            at = unmappedArea.find(mm, hint != 0 && hint < UnmappedArea.MMAP_MIN_ADDRESS
                    ? UnmappedArea.MMAP_MIN_ADDRESS : hint, length, file == null);
        }
        if (Errno.isError(at)) {
            return at;
        }
        if (noReplace && mm.vmas().intersecting(at, at + length) != null) {
            return Errno.EEXIST.returned();
        }
        int type = flags & Mman.MAP_TYPE;
        boolean shared = type == Mman.MAP_SHARED || type == Mman.MAP_SHARED_VALIDATE;
        if (!shared && type != Mman.MAP_PRIVATE) {
            return Errno.EINVAL.returned();
        }
        if (shared && file != null && (prot & Mman.PROT_WRITE) != 0 && !file.writable()) {
            return Errno.EACCES.returned();
        }
        if ((flags & Mman.MAP_GROWSDOWN) != 0 && (file != null || shared)) {
            return Errno.EINVAL.returned();
        }
        return region(mm, at, length, vmFlags(prot, flags, shared, file), file,
                file == null ? at >>> pageShift : pgoff);
    }

    /** {@code __get_unmapped_area} with MAP_FIXED. */
    private static long checkFixed(AddressSpace mm, long address, long length) {
        if (length > mm.taskSize() || Long.compareUnsigned(address, mm.taskSize() - length) > 0) {
            return Errno.ENOMEM.returned();
        }
        if ((address & (mm.pageSize() - 1)) != 0) {
            return Errno.EINVAL.returned();
        }
        return address < UnmappedArea.MMAP_MIN_ADDRESS ? Errno.EPERM.returned() : address;
    }

    private static long vmFlags(int prot, int flags, boolean shared, @Nullable MappedFile file) {
        long result = Mman.vmFlags(prot) | VmFlags.MAYREAD | VmFlags.MAYWRITE | VmFlags.MAYEXEC;
        if ((flags & Mman.MAP_GROWSDOWN) != 0) {
            result |= VmFlags.GROWSDOWN;
        }
        if ((flags & Mman.MAP_NORESERVE) != 0) {
            result |= VmFlags.NORESERVE;
        }
        if (shared) {
            result |= VmFlags.SHARED | VmFlags.MAYSHARE;
            if (file != null && !file.writable()) {
                result &= ~(VmFlags.MAYWRITE | VmFlags.SHARED);
            }
        } else if ((prot & Mman.PROT_WRITE) != 0 && (flags & Mman.MAP_NORESERVE) == 0) {
            result |= VmFlags.ACCOUNT;
        }
        return result | VmFlags.SOFTDIRTY;
    }

    /** {@code mmap_region}: unmaps what is there, then merges or makes a VMA. */
    private long region(AddressSpace mm, long start, long length, long flags, @Nullable MappedFile file, long pgoff) {
        long end = start + length;
        if (mm.vmas().intersecting(start, end) != null) {
            long unmapped = munmap.unmapLocked(mm, start, end);
            if (Errno.isError(unmapped)) {
                return unmapped;
            }
        }
        mm.addTotalPages(length >> pageShift);
        if (mm.merge().mergeNew(start, end, flags, pgoff, file) == null) {
            mm.vmas().insert(new Vma(pageShift, start, end, flags, pgoff, file));
        }
        return start;
    }
}
