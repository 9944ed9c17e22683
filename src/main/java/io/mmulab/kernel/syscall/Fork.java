package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code fork}: {@code dup_mmap()} and {@code copy_page_range()}. Subscriptions are not inherited. */
public final class Fork {
    private final PageTableOps ops;
    private final HugePmds huge;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final TlbFlush tlb;
    private final FaultHandler anonVmas;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;

    /** For one machine. */
    public Fork(Architecture architecture, PageTableOps ops, HugePmds huge, Frames frames, MmuNotifiers notifiers,
            TlbFlush tlb,
            FaultHandler anonVmas, CurrentActor current, SimulatedClock clock) {
        this.ops = ops;
        this.huge = huge;
        this.frames = frames;
        this.notifiers = notifiers;
        this.tlb = tlb;
        this.anonVmas = anonVmas;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
    }

    /** Copies a parent into an empty child. */
    public void duplicate(AddressSpace parent, AddressSpace child) {
        clock.advance(cost);
        current.get().lock(LockKind.MMAP_WRITE);
        child.copyBrkFrom(parent);
        for (int i = 0; i < parent.vmas().size(); i++) {
            Vma vma = parent.vmas().at(i);
            Vma copy = vma.copy(vma.start(), vma.end());
            copy.setFlags(copy.flags() & ~VmFlags.LOCKED);
            if (vma.anonVma() != null) {
                copy.setAnonVma(anonVmas.newAnonVma(), vma.anonVmaChainLength() + 1);
            }
            child.vmas().insert(copy);
            child.addTotalPages(copy.pages());
            if (vma.anonVma() != null) {
                copyPageRange(parent, child, vma);
            }
        }
        tlb.mm(parent, Cause.DUP_MMAP);
        current.get().unlock(LockKind.MMAP_WRITE);
    }

    /** Only VMAs with an anon_vma are copied: the others can be faulted in again ({@code vma_needs_copy}). */
    private void copyPageRange(AddressSpace parent, AddressSpace child, Vma vma) {
        boolean cow = VmFlags.isCow(vma.flags());
        MmuNotifierRange window = cow
                ? notifiers.rangeStart(parent.subscriptions(), EventType.PROTECTION_PAGE, vma.start(), vma.end(),
                        Cause.COPY_PAGE_RANGE)
                : null;
        PageTable table = parent.pageTable();
        for (long at = table.nextEntry(vma.start(), vma.end()); at < vma.end(); at = table
                .nextEntry(at + parent.pageSize(), vma.end())) {
            if (huge.isHuge(parent, at)) {
                huge.copy(parent, child, vma, at);
                at += huge.size() - parent.pageSize();
                continue;
            }
            current.get().lock(LockKind.PTL);
            int nr = copyPresentPtes(parent, child, vma, at, cow);
            current.get().unlock(LockKind.PTL);
            at += parent.pageSize() * (nr - 1);
        }
        if (window != null) {
            notifiers.rangeEnd(window);
        }
    }

    /** {@code copy_present_ptes}: one entry, or a run of entries of a large folio; returns how many. */
    private int copyPresentPtes(AddressSpace parent, AddressSpace child, Vma vma, long at, boolean cow) {
        long pte = ops.get(parent, at);
        long span = huge.size();
        long end = Math.min(vma.end(), (at & -span) + span);
        long ignored = (vma.has(VmFlags.SHARED) ? Pte.DIRTY : 0) | (vma.has(VmFlags.SOFTDIRTY) ? Pte.SOFT_DIRTY : 0);
        int nr = ops.batches().length(parent, at, pte, end, ignored);
        boolean writable = false;
        for (int i = 0; i < nr; i++) {
            writable |= Pte.write(ops.get(parent, at + i * parent.pageSize()));
            if (!Pte.special(pte)) {
                share(child, vma, Pte.frame(pte) + i);
            }
        }
        if (cow && writable) {
            ops.setWrprotect(parent, at, nr);
            pte = Pte.wrprotect(pte);
        }
        if (vma.has(VmFlags.SHARED)) {
            pte = Pte.mkclean(writable ? pte | Pte.WRITE : pte);
        }
        ops.setPtes(child, at, Pte.mkold(pte), nr);
        return nr;
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
