package io.mmulab.kernel.syscall;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.fault.DeviceEntries;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code fork}: {@code dup_mmap()} and {@code copy_page_range()}. Subscriptions are not inherited. */
public final class Fork {
    private final PageTableOps ops;
    private final HugePmds huge;
    private final SplitHugePmd split;
    private final Hugetlb hugetlb;
    private final Frames frames;
    private final SwapArea swap;
    private final MmuNotifiers notifiers;
    private final TlbFlush tlb;
    private final Overcommit overcommit;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private @Nullable DeviceEntries deviceEntries;

    /** For one machine. */
    public Fork(Architecture architecture, PageTableOps ops, HugePmds huge, SplitHugePmd split, Hugetlb hugetlb,
            Frames frames, SwapArea swap, MmuNotifiers notifiers, TlbFlush tlb, Overcommit overcommit,
            CurrentActor current,
            SimulatedClock clock) {
        this.ops = ops;
        this.huge = huge;
        this.split = split;
        this.hugetlb = hugetlb;
        this.frames = frames;
        this.swap = swap;
        this.notifiers = notifiers;
        this.tlb = tlb;
        this.overcommit = overcommit;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
    }

    /** Who makes ordinary entries of those that a device has for itself. */
    public void setDeviceEntries(DeviceEntries entries) {
        deviceEntries = entries;
    }

    /**
     * Copies a parent into an empty child.
     *
     * @return 0 or a negative {@link Errno}: then the child has what was copied so far, and is to be torn down
     */
    public long duplicate(AddressSpace parent, AddressSpace child) {
        clock.advance(cost);
        current.get().lock(LockKind.MMAP_WRITE);
        child.inheritFrom(parent);
        long error = 0;
        for (int i = 0; error == 0 && i < parent.vmas().size(); i++) {
            Vma vma = parent.vmas().at(i);
            if (!vma.has(VmFlags.DONTCOPY)) {
                error = dupVma(parent, child, vma);
            }
        }
        tlb.mm(parent, Cause.DUP_MMAP);
        current.get().unlock(LockKind.MMAP_WRITE);
        return error;
    }

    /**
     * One VMA of {@code dup_mmap}; MADV_WIPEONFORK leaves the child's empty. Only VMAs with an anon_vma or guards are copied:
     * the others can be faulted in again ({@code vma_needs_copy}).
     */
    private long dupVma(AddressSpace parent, AddressSpace child, Vma vma) {
        if (vma.has(VmFlags.ACCOUNT) && !overcommit.charge(parent, vma.pages())) {
            return Errno.ENOMEM.returned();
        }
        Vma copy = vma.dup(vma.start(), vma.end());
        copy.setUserfaultfdCtx(null, 0);
        copy.setFlags(copy.flags() & ~VmFlags.LOCKED_MASK);
        boolean wiped = vma.has(VmFlags.WIPEONFORK);
        if (!wiped) {
            AnonVma.fork(copy, vma);
        }
        copy.openInChild();
        child.merge().link(copy);
        MappedFile file = vma.file();
        if (file != null) {
            file.copied(vma, copy);
        }
        child.accountPages(copy.flags(), copy.pages());
        if (!wiped && (vma.anonVma() != null || vma.has(VmFlags.MAYBE_GUARD))) {
            return copyPages(parent, child, vma, copy);
        }
        return 0;
    }

    private long copyPages(AddressSpace parent, AddressSpace child, Vma vma, Vma copy) {
        if (vma.has(VmFlags.HUGETLB)) {
            return hugetlb.fork().copy(parent, child, vma, copy) ? 0 : Errno.ENOMEM.returned();
        }
        copyPageRange(parent, child, vma);
        return 0;
    }

    private void copyPageRange(AddressSpace parent, AddressSpace child, Vma vma) {
        boolean cow = VmFlags.isCow(vma.flags());
        MmuNotifierRange window = cow
                ? notifiers.rangeStart(parent.subscriptions(), EventType.PROTECTION_PAGE, vma.start(), vma.end(),
                        Cause.COPY_PAGE_RANGE)
                : null;
        PageTable table = parent.pageTable();
        long span = huge.size();
        for (long at = table.nextPopulated(vma.start(), vma.end(), 1); at < vma.end(); at = table
                .nextPopulated((at & -span) + span, vma.end(), 1)) {
            if (!huge.isHuge(parent, at) || !copyHuge(parent, child, vma, at)) {
                copyPtes(parent, child, vma, at, Math.min(vma.end(), (at & -span) + span), cow);
            }
        }
        if (window != null) {
            notifiers.rangeEnd(window);
        }
    }

    /** {@code copy_huge_pmd}; false if it is split instead, because pages that may be pinned must be copied one by one. */
    private boolean copyHuge(AddressSpace parent, AddressSpace child, Vma vma, long at) {
        if (isPinned(parent, ops.get(parent, at))) {
            split.split(parent, vma, at);
            return false;
        }
        huge.copy(parent, child, vma, at);
        return true;
    }

    /** {@code copy_pte_range}: the child gets a table even if all entries are none. */
    private void copyPtes(AddressSpace parent, AddressSpace child, Vma vma, long start, long end, boolean cow) {
        PageTable table = parent.pageTable();
        child.pageTable().makeLeafTable(start);
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + parent.pageSize(), end)) {
            current.get().lock(LockKind.PTL);
            int nr = copyPte(parent, child, vma, at, end, cow);
            current.get().unlock(LockKind.PTL);
            at += parent.pageSize() * (nr - 1);
        }
    }

    /** Copies one entry, or a run of entries of a large folio; returns how many. */
    private int copyPte(AddressSpace parent, AddressSpace child, Vma vma, long at, long end, boolean cow) {
        long pte = ops.get(parent, at);
        if (Pte.isMarker(pte)) {
            copyMarker(child, at, pte);
        }
        if (Pte.isDeviceExclusive(pte)) {
            Objects.requireNonNull(deviceEntries).restoreExclusive(parent, vma, at, pte);
            pte = ops.get(parent, at);
        }
        if (!Pte.present(pte)) {
            copyNonpresentPte(parent, child, at, pte, cow);
            return 1;
        }
        if (isPinned(parent, pte)) {
            copyPresentPage(child, vma, at, pte);
            return 1;
        }
        return copyPresentPtes(parent, child, vma, at, end, pte, cow);
    }

    /** {@code copy_nonpresent_pte}: what is swapped out is shared from now on. */
    private void copyNonpresentPte(AddressSpace parent, AddressSpace child, long at, long pte, boolean cow) {
        if (Pte.isSwap(pte)) {
            long shared = pte & ~Pte.SWP_EXCLUSIVE;
            swap.duplicate(Pte.frame(pte));
            child.addSwapEntries(1);
            if (shared != pte) {
                ops.setPte(parent, at, shared);
            }
            ops.setPte(child, at, Pte.clearUffdWp(shared));
        } else if (Pte.kind(pte) == Pte.HWPOISON) {
            ops.setPte(child, at, pte);
        } else if (Pte.isDevicePrivate(pte)) {
            copyDevicePrivate(parent, child, at, pte, cow);
        }
    }

    /** The page stays in the device's memory and is shared; neither may write it before it has come back. */
    private void copyDevicePrivate(AddressSpace parent, AddressSpace child, long at, long pte, boolean cow) {
        int frame = Pte.frame(pte);
        frames.get(frame);
        frames.addRmap(frame, child.id());
        frames.clear(frame, Frames.ANON_EXCLUSIVE);
        child.addAnonPages(1);
        long shared = cow ? pte & ~Pte.WRITE : pte;
        if (shared != pte) {
            ops.setPte(parent, at, shared);
        }
        ops.setPte(child, at, Pte.clearUffdWp(shared));
    }

    /** {@code copy_pte_marker}: errors and guards pass on, write protection of pages that are not there does not. */
    private void copyMarker(AddressSpace child, long at, long pte) {
        int bits = Pte.frame(pte) & (Pte.MARKER_POISONED | Pte.MARKER_GUARD);
        if (bits != 0) {
            ops.setPte(child, at, Pte.marker(bits));
        }
    }

    private int copyPresentPtes(AddressSpace parent, AddressSpace child, Vma vma, long at, long end, long first,
            boolean cow) {
        long ignored = (vma.has(VmFlags.SHARED) ? Pte.DIRTY : 0) | (vma.has(VmFlags.SOFTDIRTY) ? Pte.SOFT_DIRTY : 0);
        int nr = ops.batches().length(parent, at, first, end, ignored);
        long pte = first;
        for (int i = 0; i < nr; i++) {
            pte |= ops.get(parent, at + i * parent.pageSize()) & Pte.WRITE;
            if (!Pte.special(pte)) {
                share(child, vma, Pte.frame(pte) + i);
            }
        }
        if (cow && Pte.write(pte)) {
            ops.setWrprotect(parent, at, nr);
            pte = Pte.wrprotect(pte);
        }
        if (vma.has(VmFlags.SHARED)) {
            pte = Pte.mkclean(pte);
        }
        ops.setPtes(child, at, Pte.clearUffdWp(Pte.mkold(pte)), nr);
        return nr;
    }

    /** {@code page_needs_cow_for_dma}: the parent's page must stay the parent's, and writable. */
    private boolean isPinned(AddressSpace parent, long pte) {
        if (!parent.hasPinned() || Pte.special(pte)) {
            return false;
        }
        int frame = Pte.frame(pte);
        return frames.has(frame, Frames.ANON | Frames.ANON_EXCLUSIVE) && frames.maybeDmaPinned(frame);
    }

    /** {@code copy_present_page}: the child gets its own copy now. */
    private void copyPresentPage(AddressSpace child, Vma vma, long at, long source) {
        int frame = frames.alloc(Frames.ANON | Frames.SWAPBACKED | vma.policyFlags());
        if (frame == Frames.NO_FRAME) {
            return;
        }
        frames.copyContent(Pte.frame(source), frame);
        frames.addRmap(frame, child.id());
        frames.set(frame, Frames.ANON_EXCLUSIVE);
        frames.setMapping(frame, Objects.requireNonNull(child.vmas().lookup(at)).anonVma(), vma.pageIndex(at));
        child.addAnonPages(1);
        long pte = Pte.mkdirty(Pte.of(frame, vma.pageProt() | Pte.ACCESSED));
        ops.setPte(child, at, vma.has(VmFlags.WRITE) ? pte | Pte.WRITE : pte);
    }

    private void share(AddressSpace child, Vma vma, int frame) {
        frames.get(frame);
        frames.addRmap(frame, child.id());
        if (frames.has(frame, Frames.ANON)) {
            frames.clear(frame, Frames.ANON_EXCLUSIVE);
            child.addAnonPages(1);
        } else {
            MappedFile file = vma.file();
            child.addFilePages(1, file != null && file.kind() == MappedFile.Kind.TMPFS);
        }
    }
}
