package io.mmulab.kernel.thp;

import org.jspecify.annotations.Nullable;

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
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code __split_huge_pmd()}: a huge leaf becomes a table of PTEs of the same pages and rights, in a window of its own. The
 * pages stay one folio. A huge leaf of a file just goes: its pages can be faulted in again.
 */
public final class SplitHugePmd {
    private static final int PUD_LEVEL = 2;
    private final int pages;
    private final PmdOps pmds;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean keepsDirty;

    /** For one machine. */
    public SplitHugePmd(KernelVersion version, PmdOps pmds, Frames frames, MmuNotifiers notifiers,
            CurrentActor current) {
        this.pages = pmds.pages();
        this.pmds = pmds;
        this.frames = frames;
        this.notifiers = notifiers;
        this.current = current;
        this.keepsDirty = version.has(VersionRule.SPLIT_KEEPS_DIRTY);
    }

    /** {@code __split_huge_pmd}: the window opens and closes even if there is nothing to split any more. */
    public void split(AddressSpace mm, Vma vma, long address) {
        long start = address & -pmds.size();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, start + pmds.size(),
                Cause.SPLIT_HUGE_PMD);
        current.get().lock(LockKind.PTL);
        splitLocked(mm, vma, start);
        current.get().unlock(LockKind.PTL);
        notifiers.rangeOnlyEnd(window);
    }

    /** {@code split_huge_pmd_locked}: in the caller's window. */
    public void splitInWindow(AddressSpace mm, Vma vma, long address) {
        current.get().lock(LockKind.PTL);
        splitLocked(mm, vma, address & -pmds.size());
        current.get().unlock(LockKind.PTL);
    }

    /** {@code split_huge_pmd_address}: where a table of PMDs is there at all. */
    public void splitAddress(AddressSpace mm, Vma vma, long address) {
        if ((mm.pageTable().entry(address, PUD_LEVEL) & Pte.TABLE) != 0) {
            split(mm, vma, address);
        }
    }

    /**
     * {@code vma_adjust_trans_huge}: a VMA is about to cover {@code [start, end)}; no huge leaf may lie across its new edges.
     *
     * @param next the VMA whose start moves up to {@code end}, or null
     */
    public void adjust(AddressSpace mm, Vma vma, long start, long end, @Nullable Vma next) {
        splitIfNeeded(mm, vma, start);
        splitIfNeeded(mm, vma, end);
        if (next != null) {
            splitIfNeeded(mm, next, end);
        }
    }

    private void splitIfNeeded(AddressSpace mm, Vma vma, long edge) {
        long start = edge & -pmds.size();
        if (start != edge && start >= vma.start() && start + pmds.size() <= vma.end()) {
            splitAddress(mm, vma, edge);
        }
    }

    private void splitLocked(AddressSpace mm, Vma vma, long start) {
        long pmd = pmds.get(mm, start);
        if (!Pte.isHuge(pmd)) {
            return;
        }
        if (!vma.isAnonymous()) {
            zapFileLeaf(mm, vma, start);
        } else if (Pte.special(pmd)) {
            splitZeroPage(mm, vma, start);
        } else {
            splitAnonymous(mm, vma, start);
        }
    }

    private void zapFileLeaf(AddressSpace mm, Vma vma, long start) {
        long old = pmds.clearFlushNotify(mm, start);
        int head = Pte.frame(old);
        if (Pte.dirty(old)) {
            frames.markDirty(head);
        }
        MappedFile file = vma.file();
        mm.addFilePages(-pages, file != null && file.kind() == MappedFile.Kind.TMPFS);
        frames.removeEntireRmap(head, mm.id());
        frames.put(head);
    }

    private void splitZeroPage(AddressSpace mm, Vma vma, long start) {
        long old = pmds.clearFlush(mm, start);
        pmds.populate(mm, start,
                Pte.of(Frames.ZERO_PAGE, vma.pageProt() | Pte.ACCESSED | (old & Pte.UFFD_WP) | Pte.SPECIAL), 0);
    }

    private void splitAnonymous(AddressSpace mm, Vma vma, long start) {
        long old = pmds.invalidate(mm, start);
        int head = Pte.frame(old);
        long kept = Pte.WRITE | Pte.ACCESSED | Pte.SOFT_DIRTY | Pte.UFFD_WP;
        long flags = vma.pageProt() | (old & kept);
        if (Pte.dirty(old)) {
            frames.markDirty(head);
            flags = keepsDirty ? Pte.mkdirty(flags) : flags;
        }
        boolean exclusive = frames.has(head, Frames.ANON_EXCLUSIVE);
        for (int page = head; page < head + pages; page++) {
            frames.addRmap(page, mm.id());
            if (exclusive) {
                frames.set(page, Frames.ANON_EXCLUSIVE);
            }
        }
        frames.get(head, pages - 1);
        pmds.populate(mm, start, Pte.of(head, flags), 1);
        frames.removeEntireRmap(head, mm.id());
    }
}
