package io.mmulab.kernel.proc;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code clear_refs_write()}: a write to {@code /proc/PID/clear_refs} forgets which pages were referenced or written. */
public final class ClearRefs {
    /** {@code CLEAR_REFS_ALL}: the accessed bits of all pages. */
    public static final int ALL = 1;
    /** {@code CLEAR_REFS_ANON}: of VMAs without a file. */
    public static final int ANON = 2;
    /** {@code CLEAR_REFS_MAPPED}: of VMAs with a file. */
    public static final int MAPPED = 3;
    /** {@code CLEAR_REFS_SOFT_DIRTY}: the soft-dirty bits, and write protection, so that the next write is seen. */
    public static final int SOFT_DIRTY = 4;
    /** {@code CLEAR_REFS_MM_HIWATER_RSS}: the peak of the resident set. */
    public static final int MM_HIWATER_RSS = 5;

    private final boolean softDirty;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final MmuNotifiers notifiers;
    private final TlbFlush tlb;
    private final Frames frames;
    private final CurrentActor current;

    /** For one machine. */
    public ClearRefs(Architecture architecture, PageTableOps ops, PmdOps pmds, MmuNotifiers notifiers, TlbFlush tlb,
            Frames frames, CurrentActor current) {
        this.softDirty = architecture.softDirty();
        this.ops = ops;
        this.pmds = pmds;
        this.notifiers = notifiers;
        this.tlb = tlb;
        this.frames = frames;
        this.current = current;
    }

    /**
     * Writes a number to the file.
     *
     * @param type {@link #ALL}, …
     * @return 0 or -EINVAL
     */
    public long write(AddressSpace mm, int type) {
        if (type < ALL || type > MM_HIWATER_RSS) {
            return Errno.EINVAL.returned();
        }
        current.get().lock(LockKind.MMAP_WRITE);
        if (type == SOFT_DIRTY) {
            clearSoftDirty(mm);
        } else if (type != MM_HIWATER_RSS) {
            clearReferenced(mm, type);
        }
        current.get().unlock(LockKind.MMAP_WRITE);
        return 0;
    }

    private void clearSoftDirty(AddressSpace mm) {
        if (softDirty) {
            for (int i = 0; i < mm.vmas().size(); i++) {
                Vma vma = mm.vmas().at(i);
                vma.setFlags(vma.flags() & ~VmFlags.SOFTDIRTY);
            }
        }
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.SOFT_DIRTY, 0, -1,
                Cause.CLEAR_REFS_WRITE);
        for (int i = 0; softDirty && i < mm.vmas().size(); i++) {
            if (!mm.vmas().at(i).has(VmFlags.HUGETLB)) {
                clearSoftDirty(mm, mm.vmas().at(i));
            }
        }
        notifiers.rangeEnd(window);
        tlb.mm(mm, Cause.CLEAR_REFS_WRITE);
    }

    private void clearSoftDirty(AddressSpace mm, Vma vma) {
        PageTable table = mm.pageTable();
        long step;
        for (long at = table.nextEntry(vma.start(), vma.end()); at < vma.end(); at =
                table.nextEntry(at + step, vma.end())) {
            current.get().lock(LockKind.PTL);
            long pte = ops.get(mm, at);
            step = step(mm, pte);
            if (Pte.isHuge(pte)) {
                clearSoftDirtyPmd(mm, at);
            } else if (Pte.present(pte)) {
                if (!isPinned(mm, vma, pte)) {
                    ops.modifyProtection(mm, at, Pte.clearSoftDirty(Pte.wrprotect(pte)));
                }
            } else {
                ops.setPte(mm, at, Pte.clearSoftDirty(pte));
            }
            current.get().unlock(LockKind.PTL);
        }
    }

    /** {@code pte_is_pinned}: a page that is written without faults stays writable, and dirty. */
    private boolean isPinned(AddressSpace mm, Vma vma, long pte) {
        return Pte.write(pte) && VmFlags.isCow(vma.flags()) && mm.hasPinned() && !Pte.special(pte)
                && frames.maybeDmaPinned(Pte.frame(pte));
    }

    private void clearSoftDirtyPmd(AddressSpace mm, long at) {
        long pmd = pmds.get(mm, at);
        if (Pte.present(pmd)) {
            long old = pmds.invalidate(mm, at);
            pmds.set(mm, at, Pte.clearSoftDirty(Pte.wrprotect(old)));
        } else {
            pmds.set(mm, at, Pte.clearSoftDirty(pmd));
        }
    }

    private void clearReferenced(AddressSpace mm, int type) {
        for (int i = 0; i < mm.vmas().size(); i++) {
            Vma vma = mm.vmas().at(i);
            boolean skipped = type == ANON ? !vma.isAnonymous() : type == MAPPED && vma.isAnonymous();
            if (!skipped && !vma.has(VmFlags.HUGETLB)) {
                clearReferenced(mm, vma);
            }
        }
    }

    private void clearReferenced(AddressSpace mm, Vma vma) {
        PageTable table = mm.pageTable();
        long step;
        for (long at = table.nextEntry(vma.start(), vma.end()); at < vma.end(); at =
                table.nextEntry(at + step, vma.end())) {
            current.get().lock(LockKind.PTL);
            long pte = ops.get(mm, at);
            step = step(mm, pte);
            if (Pte.present(pte) && !Pte.special(pte)) {
                if (Pte.isHuge(pte)) {
                    pmds.testAndClearYoung(mm, at);
                } else {
                    ops.testAndClearYoung(mm, at);
                }
            }
            current.get().unlock(LockKind.PTL);
        }
    }

    private long step(AddressSpace mm, long pte) {
        return Pte.isHuge(pte) ? pmds.size() : mm.pageSize();
    }
}
