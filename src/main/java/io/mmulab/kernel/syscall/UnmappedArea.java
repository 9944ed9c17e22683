package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaTree;

/**
 * Where a new mapping goes ({@code get_unmapped_area}, {@code arch_get_unmapped_area_topdown}), without randomisation: the
 * hint if it fits, else the highest gap below {@code mmap_base}, else the lowest above {@code TASK_UNMAPPED_BASE}.
 */
final class UnmappedArea {
    /** {@code stack_guard_gap}: kept free below a VMA that grows down. */
    static final long STACK_GUARD_PAGES = 256;
    /** {@code mmap_min_addr}. */
    static final long MMAP_MIN_ADDRESS = 65536;
    private static final long MIN_STACK_GAP = 128L << 20;

    private final long pmdSize;
    private final boolean hugePages;
    private final boolean anonThpAligned;
    private final boolean alignedTakesTop;

    UnmappedArea(Architecture architecture, KernelVersion version) {
        this.pmdSize = 1L << architecture.paging().levelShift(1);
        this.hugePages = version.isIn(architecture.paging().transparentHugePages());
        this.anonThpAligned = version.has(VersionRule.ANON_THP_ALIGNED_PLACEMENT);
        this.alignedTakesTop = version.has(VersionRule.ALIGNED_PLACEMENT_TAKES_TOP);
    }

    /**
     * {@code get_unmapped_area}.
     *
     * @param address the place itself if {@code fixed}, else a page-aligned hint or 0
     * @param offset into the file, in bytes
     * @return an address, or a negative {@link Errno}
     */
    long get(AddressSpace mm, @Nullable MappedFile file, long address, long length, long offset, boolean fixed) {
        if (Long.compareUnsigned(length, mm.taskSize() - MMAP_MIN_ADDRESS) > 0) {
            return Errno.ENOMEM.returned();
        }
        long align = file == null || file.vmOperations() == null ? mm.pageSize() : file.vmOperations().pageSize();
        if (((length | (fixed ? address : 0)) & (align - 1)) != 0) {
            return Errno.EINVAL.returned();
        }
        long found = fixed ? address
                : align > mm.pageSize() ? findAligned(mm, address, length, align)
                        : find(mm, file, address, length, offset);
        if (Errno.isError(found)) {
            return found;
        }
        if (Long.compareUnsigned(found, mm.taskSize() - length) > 0) {
            return Errno.ENOMEM.returned();
        }
        if ((found & (mm.pageSize() - 1)) != 0) {
            return Errno.EINVAL.returned();
        }
        boolean tooLow = found < MMAP_MIN_ADDRESS && !mm.limits().isPrivileged();
        return tooLow ? Errno.EPERM.returned() : found;
    }

    private long find(AddressSpace mm, @Nullable MappedFile file, long hint, long length, long offset) {
        if (hint != 0 && fits(mm, hint, length)) {
            return hint;
        }
        boolean disk = file != null && file.kind() == MappedFile.Kind.DISK;
        boolean anonymous = file == null && anonThpAligned && hint == 0 && length % pmdSize == 0;
        if (hugePages && (disk || anonymous)) {
            long aligned = hugeAligned(mm, length, disk ? offset : 0);
            if (aligned != 0) {
                return aligned;
            }
        }
        return search(mm, length);
    }

    /** {@code __thp_get_unmapped_area}: where a huge page of the file would be a huge page of memory; 0 where it cannot be. */
    private long hugeAligned(AddressSpace mm, long length, long offset) {
        long firstHuge = (offset + pmdSize - 1) & -pmdSize;
        if (offset + length - firstHuge < pmdSize) {
            return 0;
        }
        long padded = search(mm, length + pmdSize);
        if (Errno.isError(padded)) {
            return 0;
        }
        long shift = (offset - padded) & (pmdSize - 1);
        return padded + (shift == 0 && alignedTakesTop ? pmdSize : shift);
    }

    /** {@code hugetlb_get_unmapped_area}. */
    private static long findAligned(AddressSpace mm, long hint, long length, long align) {
        long aligned = (hint + align - 1) & -align;
        if (hint != 0 && fits(mm, aligned, length)) {
            return aligned;
        }
        long slack = align - mm.pageSize();
        long found = search(mm, length + slack);
        return Errno.isError(found) ? found : (found + slack) & -align;
    }

    private static long search(AddressSpace mm, long length) {
        long found = topDown(mm, length, mmapBase(mm));
        return found >= 0 ? found : bottomUp(mm, length);
    }

    /** {@code mmap_base}: the stack's gap below the end of the address space. */
    private static long mmapBase(AddressSpace mm) {
        return (mm.taskSize() - MIN_STACK_GAP - 1) & -mm.pageSize();
    }

    private static boolean fits(AddressSpace mm, long hint, long length) {
        if (hint < MMAP_MIN_ADDRESS || hint > mm.taskSize() - length) {
            return false;
        }
        Vma next = mm.vmas().find(hint);
        return next == null || hint + length <= gapStart(mm, next);
    }

    private static long topDown(AddressSpace mm, long length, long base) {
        VmaTree vmas = mm.vmas();
        long ceiling = base;
        for (int i = vmas.size() - 1; i >= -1; i--) {
            long floor = i >= 0 ? vmas.at(i).end() : MMAP_MIN_ADDRESS;
            if (ceiling - Math.max(floor, MMAP_MIN_ADDRESS) >= length) {
                return ceiling - length;
            }
            if (i >= 0) {
                ceiling = Math.min(ceiling, gapStart(mm, vmas.at(i)));
            }
        }
        return Errno.ENOMEM.returned();
    }

    private static long bottomUp(AddressSpace mm, long length) {
        long pageSize = mm.pageSize();
        long at = (mm.taskSize() / 3 + pageSize - 1) & -pageSize;
        VmaTree vmas = mm.vmas();
        for (int i = vmas.positionAtOrAfter(at); i < vmas.size(); i++) {
            Vma vma = vmas.at(i);
            if (gapStart(mm, vma) - at >= length) {
                return at;
            }
            at = Math.max(at, vma.end());
        }
        return mm.taskSize() - at >= length ? at : Errno.ENOMEM.returned();
    }

    /** {@code vm_start_gap}: the VMA's start, less the guard gap of a stack. */
    private static long gapStart(AddressSpace mm, Vma vma) {
        long gap = vma.has(VmFlags.GROWSDOWN) ? STACK_GUARD_PAGES * mm.pageSize() : 0;
        return Math.max(0, vma.start() - gap);
    }
}
