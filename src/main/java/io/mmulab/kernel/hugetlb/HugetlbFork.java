package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
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
    private final HugetlbEntries entries;
    private final HugetlbPageTables tables;
    private final HugetlbAllocator allocator;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean writableCopyNeedsRight;
    private final boolean poisonNeedsFolio;

    HugetlbFork(Architecture architecture, KernelVersion version, HugePteOps ops, HugetlbPageTables tables,
            HugetlbAllocator allocator,
            Frames frames, MmuNotifiers notifiers, CurrentActor current) {
        this.ops = ops;
        this.entries = new HugetlbEntries(ops, frames);
        this.tables = tables;
        this.allocator = allocator;
        this.writableCopyNeedsRight = version.has(VersionRule.HUGETLB_FORCED_WRITE);
        this.poisonNeedsFolio = architecture.contiguousBit() && version.has(VersionRule.HUGETLB_POISON_SET_BY_FOLIO);
        this.frames = frames;
        this.notifiers = notifiers;
        this.current = current;
    }

    /**
     * Copies the entries of a parent's VMA to the child's copy of it.
     *
     * @return whether there were pages enough for copies of those that must stay the parent's
     */
    public boolean copy(AddressSpace parent, AddressSpace child, Vma from, Vma to) {
        boolean cow = VmFlags.isCow(from.flags());
        MmuNotifierRange window = cow ? notifiers.rangeStart(parent.subscriptions(), EventType.CLEAR, from.start(),
                from.end(), Cause.COPY_HUGETLB_PAGE_RANGE) : null;
        long size = HugetlbInode.of(from).pageSize();
        boolean enough = true;
        for (long at = from.start(); enough && at < from.end(); at += size) {
            if (!ops.exists(parent, at, size)) {
                at = ops.lastInTable(at, size);
            } else if (tables.allocateShared(child, to, at)) {
                at = ops.lastInTable(at, size);
            } else {
                current.get().lock(LockKind.PTL);
                enough = copyEntry(parent, child, to, at, size, cow);
                current.get().unlock(LockKind.PTL);
            }
        }
        if (window != null) {
            notifiers.rangeEnd(window);
        }
        return enough;
    }

    private boolean copyEntry(AddressSpace parent, AddressSpace child, Vma to, long at, long size, boolean cow) {
        long pte = ops.get(parent, at, size);
        if (pte == Pte.NONE) {
            return true;
        }
        if (!Pte.present(pte)) {
            copyNonPresent(parent, child, to, at, size, pte, cow);
            return true;
        }
        int head = Pte.frame(pte);
        if (isPinned(parent, head)) {
            return copyPinned(child, to, at, size, pte);
        }
        frames.get(head);
        frames.addEntireRmap(head);
        frames.clear(head, Frames.ANON_EXCLUSIVE);
        if (cow) {
            ops.setWrprotect(parent, at, size);
            pte = Pte.wrprotect(pte);
        }
        ops.set(child, at, size, to.has(VmFlags.UFFD_WP) ? pte : Pte.clearUffdWp(pte));
        child.addHugetlbPages(frames.pages(head));
        return true;
    }

    /** {@code folio_needs_cow_for_dma}: the parent's page must stay the parent's, and writable. */
    private boolean isPinned(AddressSpace parent, int head) {
        return parent.hasPinned() && frames.has(head, (byte) (Frames.ANON | Frames.ANON_EXCLUSIVE))
                && frames.maybeDmaPinned(head);
    }

    /** {@code hugetlb_install_folio} of a copy, which no reservation covers. */
    private boolean copyPinned(AddressSpace child, Vma to, long at, long size, long pte) {
        HugeFolio folio = allocator.alloc(to, at, false);
        if (folio == null) {
            return false;
        }
        frames.copy(Pte.frame(pte), folio.head);
        entries.markAnon(folio, to, at);
        frames.addEntireRmap(folio.head);
        long copied = entries.make(to, folio.head, !writableCopyNeedsRight || to.has(VmFlags.WRITE));
        ops.set(child, at, size, to.has(VmFlags.UFFD_WP) && Pte.uffdWp(pte) ? Pte.mkuffdWp(copied) : copied);
        child.addHugetlbPages(frames.pages(folio.head));
        return true;
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
        if (poisonNeedsFolio && Pte.isHwpoison(pte) && !frames.has(Pte.frame(pte), Frames.HUGETLB)) {
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
