package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code expand_stack}, {@code expand_downwards}: a fault just below a VMA that grows down extends it. */
public final class ExpandStack implements PageFault.StackGrowth {
    private final Overcommit overcommit;

    /** For one machine. */
    public ExpandStack(Overcommit overcommit) {
        this.overcommit = overcommit;
    }

    @Override
    public @Nullable Vma expand(AddressSpace mm, long address) {
        Vma vma = mm.vmas().find(address);
        if (vma == null || !vma.has(VmFlags.GROWSDOWN)) {
            return null;
        }
        long start = address & -mm.pageSize();
        if (Long.compareUnsigned(start, UnmappedArea.MMAP_MIN_ADDRESS) < 0 || isTooNear(mm, start, vma)) {
            return null;
        }
        AnonVma.prepare(vma, mm.merge());
        long pages = (vma.start() - start) / mm.pageSize();
        if (pages > vma.pgoff() || !mayGrow(mm, vma, vma.end() - start, pages)) {
            return null;
        }
        if (vma.has(VmFlags.LOCKED)) {
            mm.addLockedPages(pages);
        }
        mm.accountPages(vma.flags(), pages);
        mm.merge().growDown(vma, start);
        return vma;
    }

    /** {@code stack_guard_gap}: what can be accessed must keep away, unless it is a stack itself. */
    private static boolean isTooNear(AddressSpace mm, long start, Vma vma) {
        Vma previous = mm.vmas().before(vma.start());
        return previous != null && !previous.has(VmFlags.GROWSDOWN) && previous.isAccessible()
                && start - previous.end() < UnmappedArea.STACK_GUARD_PAGES * mm.pageSize();
    }

    /** {@code acct_stack_growth}. */
    private boolean mayGrow(AddressSpace mm, Vma vma, long size, long pages) {
        return mm.mayExpand(vma.flags(), pages) && size <= mm.limits().stack() && mm.mayLock(vma.flags(), pages)
                && overcommit.charge(mm, pages);
    }
}
