package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code copy_hugetlb_page_range()}: fork's share of a hugetlb VMA. */
public final class HugetlbFork {
    private final HugePteOps ops;
    private final HugetlbPageTables tables;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;

    HugetlbFork(HugePteOps ops, HugetlbPageTables tables, Frames frames, MmuNotifiers notifiers,
            CurrentActor current) {
        this.ops = ops;
        this.tables = tables;
        this.frames = frames;
        this.notifiers = notifiers;
        this.current = current;
    }

    /** Copies the entries of a parent's VMA to the child's copy of it. */
    public void copy(AddressSpace parent, AddressSpace child, Vma from, Vma to) {
        boolean cow = VmFlags.isCow(from.flags());
        MmuNotifierRange window = cow ? notifiers.rangeStart(parent.subscriptions(), EventType.CLEAR, from.start(),
                from.end(), Cause.COPY_HUGETLB_PAGE_RANGE) : null;
        long size = HugetlbInode.of(from).pageSize();
        for (long at = from.start(); at < from.end(); at += size) {
            if (!ops.exists(parent, at, size)) {
                at = ops.lastInTable(at, size);
            } else if (tables.allocateShared(child, to, at)) {
                at = ops.lastInTable(at, size);
            } else {
                current.get().lock(LockKind.PTL);
                copyEntry(parent, child, to, at, size, cow);
                current.get().unlock(LockKind.PTL);
            }
        }
        if (window != null) {
            notifiers.rangeEnd(window);
        }
    }

    private void copyEntry(AddressSpace parent, AddressSpace child, Vma to, long at, long size, boolean cow) {
        long pte = ops.get(parent, at, size);
        if (pte == Pte.NONE) {
            return;
        }
        if (!Pte.present(pte)) {
            copyNonPresent(parent, child, to, at, size, pte, cow);
            return;
        }
        int head = Pte.frame(pte);
        frames.get(head);
        frames.addEntireRmap(head);
        frames.clear(head, Frames.ANON_EXCLUSIVE);
        if (cow) {
            ops.setWrprotect(parent, at, size);
            pte = Pte.wrprotect(pte);
        }
        ops.set(child, at, size, to.has(VmFlags.UFFD_WP) ? pte : Pte.clearUffdWp(pte));
        child.addHugetlbPages(frames.pages(head));
    }

    private void copyNonPresent(AddressSpace parent, AddressSpace child, Vma to, long at, long size, long pte,
            boolean cow) {
        boolean keepsUffdWp = to.has(VmFlags.UFFD_WP);
        if (Pte.isMarker(pte)) {
            if (keepsUffdWp || Pte.isMarker(pte, Pte.MARKER_POISONED)) {
                ops.set(child, at, size, pte);
            }
            return;
        }
        long copied = pte;
        if (Pte.kind(pte) == Pte.MIGRATION && cow && Pte.write(pte)) {
            copied = Pte.wrprotect(pte);
            ops.set(parent, at, size, copied);
        }
        ops.set(child, at, size, keepsUffdWp ? copied : Pte.clearUffdWp(copied));
    }
}
