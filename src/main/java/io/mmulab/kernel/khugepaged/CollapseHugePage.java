package io.mmulab.kernel.khugepaged;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code collapse_huge_page()}: the pages of an aligned 2 MiB range of anonymous memory are copied into one huge page. The
 * table of PTEs is taken out first, in a window of its own; nothing is told when the huge page comes in its place.
 */
final class CollapseHugePage {
    private final PageTableOps ops;
    private final int pages;
    private final PmdOps pmds;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final FaultHandler faults;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean needsWritable;
    private final boolean clearsInBatches;
    private final boolean emptyGoesOn;
    private final long[] entries;

    CollapseHugePage(KernelVersion version, PageTableOps ops, PmdOps pmds, Frames frames, Lru lru, SwapArea swap,
            FaultHandler faults, MmuNotifiers notifiers, CurrentActor current) {
        this.ops = ops;
        this.pages = pmds.pages();
        this.entries = new long[pages];
        this.pmds = pmds;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.faults = faults;
        this.notifiers = notifiers;
        this.current = current;
        this.needsWritable = version.has(VersionRule.COLLAPSE_NEEDS_WRITABLE);
        this.clearsInBatches = version.has(VersionRule.COLLAPSE_IN_BATCHES);
        this.emptyGoesOn = version.has(VersionRule.COLLAPSE_SKIPS_EMPTY);
    }

    /** {@code hpage_collapse_scan_pmd} as MADV_COLLAPSE asks it, and the collapse if nothing speaks against it. */
    ScanResult scanPmd(AddressSpace mm, Vma vma, long start) {
        long pmd = pmds.get(mm, start);
        if (pmd == Pte.NONE) {
            return emptyGoesOn ? ScanResult.PMD_NULL : ScanResult.PMD_NONE;
        }
        if (Pte.isHuge(pmd)) {
            return Pte.present(pmd) || emptyGoesOn ? ScanResult.PMD_MAPPED : ScanResult.PMD_NULL;
        }
        boolean armed = vma.has(VmFlags.UFFD);
        boolean writable = false;
        boolean swapped = false;
        for (int i = 0; i < pages; i++) {
            long pte = ops.get(mm, start + i * mm.pageSize());
            if (pte == Pte.NONE || (Pte.present(pte) && frames.isZeroPage(Pte.frame(pte)))) {
                if (armed) {
                    return ScanResult.EXCEED_NONE_PTE;
                }
                continue;
            }
            if (Pte.uffdWp(pte) || Pte.isMarker(pte)) {
                return ScanResult.PTE_UFFD_WP;
            }
            if (!Pte.present(pte)) {
                swapped = true;
                continue;
            }
            ScanResult page = scanPage(pte);
            if (page != ScanResult.SUCCEED) {
                return page;
            }
            writable |= Pte.write(pte);
        }
        if (!writable && needsWritable) {
            return ScanResult.PAGE_RO;
        }
        return collapse(mm, vma, start, swapped);
    }

    private ScanResult scanPage(long pte) {
        int frame = Pte.frame(pte);
        if (Pte.special(pte)) {
            return ScanResult.PAGE_NULL;
        }
        if (!frames.has(frame, Frames.ANON)) {
            return ScanResult.PAGE_ANON;
        }
        int head = frames.head(frame);
        if (!lru.isOnLru(head)) {
            return ScanResult.PAGE_LRU;
        }
        int inSwapCache = frames.has(head, Frames.SWAPCACHE) ? frames.pages(head) : 0;
        return frames.folioMapcount(head) + inSwapCache == frames.refcount(head) ? ScanResult.SUCCEED
                : ScanResult.PAGE_COUNT;
    }

    private ScanResult collapse(AddressSpace mm, Vma vma, long start, boolean swapped) {
        int head = frames.alloc(pmds.order(), Frames.ANON | Frames.SWAPBACKED);
        if (head == Frames.NO_FRAME) {
            return ScanResult.ALLOC_HUGE_PAGE_FAIL;
        }
        if (swapped && !swapIn(mm, vma, start)) {
            frames.put(head);
            return ScanResult.FAIL;
        }
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start,
                start + pmds.size(), Cause.COLLAPSE_HUGE_PAGE);
        current.get().lock(LockKind.PTL);
        takeOut(mm, start);
        current.get().unlock(LockKind.PTL);
        notifiers.rangeEnd(window);
        current.get().lock(LockKind.PTL);
        for (int i = 0; i < pages; i++) {
            copy(mm, start, i, head + i);
        }
        map(mm, vma, start, head);
        current.get().unlock(LockKind.PTL);
        return ScanResult.SUCCEED;
    }

    /** {@code __collapse_huge_page_swapin}. */
    private boolean swapIn(AddressSpace mm, Vma vma, long start) {
        for (long at = start; at < start + pmds.size(); at += mm.pageSize()) {
            long pte = ops.get(mm, at);
            if (pte != Pte.NONE && !Pte.present(pte) && VmFault.isError(faults.swapIn(mm, vma, at, pte))) {
                return false;
            }
        }
        lru.drain();
        return true;
    }

    private void takeOut(AddressSpace mm, long start) {
        for (int i = 0; i < pages; i++) {
            entries[i] = mm.pageTable().get(start + i * mm.pageSize());
        }
        pmds.collapseFlush(mm, start);
    }

    /** {@code __collapse_huge_page_copy} of one page; the entry is out of the hardware's reach already. */
    private void copy(AddressSpace mm, long start, int i, int to) {
        long pte = entries[i];
        if (pte == Pte.NONE || frames.isZeroPage(Pte.frame(pte))) {
            mm.addAnonPages(1);
            return;
        }
        if (!clearsInBatches && (pte & Pte.CONT) != 0) {
            unfold(mm, start, i);
        }
        int frame = Pte.frame(pte);
        frames.copyContent(frame, to);
        frames.removeRmap(frame, mm.id());
        int head = frames.head(frame);
        if (frames.has(head, Frames.SWAPCACHE) && frames.folioMapcount(head) == 0) {
            swap.freeSwap(head);
        }
        frames.put(frame);
    }

    /** {@code ptep_clear} of one entry of a contiguous block: the block is unfolded, although nobody can see it any more. */
    private void unfold(AddressSpace mm, long start, int i) {
        int first = i & -ops.contiguousPtes();
        ops.flushUnfolded(mm, start + first * mm.pageSize());
        for (int j = first; j < first + ops.contiguousPtes(); j++) {
            entries[j] &= ~Pte.CONT;
        }
    }

    private void map(AddressSpace mm, Vma vma, long start, int head) {
        frames.setFolioMapping(head, vma.anonVma(), vma.pageIndex(start));
        frames.addEntireRmap(head, mm.id());
        frames.set(head, Frames.ANON_EXCLUSIVE);
        lru.addLarge();
        long pmd = Pte.mkdirty(Pte.huge(head, PmdOps.LEVEL, vma.pageProt() | Pte.ACCESSED));
        pmds.set(mm, start, vma.has(VmFlags.WRITE) ? pmd | Pte.WRITE : pmd);
    }
}
