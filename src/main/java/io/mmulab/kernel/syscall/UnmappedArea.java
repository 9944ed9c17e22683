package io.mmulab.kernel.syscall;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaTree;

/**
 * Where a new mapping goes ({@code arch_get_unmapped_area_topdown}), without randomisation: the hint if it fits, else the
 * highest gap below {@code mmap_base}, else the lowest above {@code TASK_UNMAPPED_BASE}.
 */
final class UnmappedArea {
    /** {@code stack_guard_gap}: kept free below a VMA that grows down. */
    static final long STACK_GUARD_PAGES = 256;
    /** {@code mmap_min_addr}. */
    static final long MMAP_MIN_ADDRESS = 65536;
    private static final long MIN_STACK_GAP = 128L << 20;
    private static final long PMD_SIZE = 2L << 20;

    private final boolean anonThpAligned;

    UnmappedArea(KernelVersion version) {
        this.anonThpAligned = version.has(VersionRule.ANON_THP_ALIGNED_PLACEMENT);
    }

    /** An address, or -ENOMEM. {@code hint} is page aligned or 0. */
    long find(AddressSpace mm, long hint, long length, boolean anonymous) {
        if (length > mm.taskSize()) {
            return Errno.ENOMEM.returned();
        }
        if (hint != 0 && fits(mm, hint, length)) {
            return hint;
        }
        long base = mmapBase(mm);
        if (anonymous && anonThpAligned && hint == 0 && length % PMD_SIZE == 0) {
            long padded = topDown(mm, length + PMD_SIZE, base);
            if (padded >= 0) {
                return (padded + PMD_SIZE - 1) & -PMD_SIZE;
            }
        }
        long found = topDown(mm, length, base);
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
