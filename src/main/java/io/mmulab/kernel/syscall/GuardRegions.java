package io.mmulab.kernel.syscall;

import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * MADV_GUARD_INSTALL and MADV_GUARD_REMOVE ({@code madvise_guard_install}, {@code madvise_guard_remove}): entries that make
 * any access a SIGSEGV, without a VMA of their own. What was there is zapped first.
 */
final class GuardRegions implements AdviceHandler {
    private static final long UNSUITABLE = VmFlags.SPECIAL | VmFlags.HUGETLB;

    private final PageTableOps ops;
    private final ZapAdvice zap;
    private final CurrentActor current;

    GuardRegions(PageTableOps ops, ZapAdvice zap, CurrentActor current) {
        this.ops = ops;
        this.zap = zap;
        this.current = current;
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        boolean install = advice == Madv.GUARD_INSTALL;
        if (vma.has(UNSUITABLE | (install ? VmFlags.LOCKED : 0))) {
            return Errno.EINVAL.returned();
        }
        if (install) {
            install(mm, vma, start, end);
        } else {
            remove(mm, start, end);
        }
        return 0;
    }

    private void install(AddressSpace mm, Vma vma, long start, long end) {
        vma.setFlags(vma.flags() | VmFlags.MAYBE_GUARD);
        if (vma.isAnonymous()) {
            AnonVma.prepare(vma, mm.merge());
        }
        if (isPopulated(mm, start, end)) {
            zap.zapRange(mm, vma, start, end);
        }
        for (long at = start; at < end; at += mm.pageSize()) {
            if (ops.get(mm, at) == Pte.NONE) {
                current.get().lock(LockKind.PTL);
                ops.setPte(mm, at, Pte.marker(Pte.MARKER_GUARD));
                current.get().unlock(LockKind.PTL);
            }
        }
    }

    /** Whether anything but guards is in the way. */
    private static boolean isPopulated(AddressSpace mm, long start, long end) {
        PageTable table = mm.pageTable();
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            if (!Pte.isMarker(table.get(at), Pte.MARKER_GUARD)) {
                return true;
            }
        }
        return false;
    }

    private void remove(AddressSpace mm, long start, long end) {
        PageTable table = mm.pageTable();
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            if (Pte.isMarker(ops.get(mm, at), Pte.MARKER_GUARD)) {
                current.get().lock(LockKind.PTL);
                ops.setPte(mm, at, Pte.NONE);
                current.get().unlock(LockKind.PTL);
            }
        }
    }
}
