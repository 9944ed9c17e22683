package io.mmulab.kernel.syscall;

import java.util.List;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** Takes pages out of a page table: {@code unmap_single_vma()} and {@code free_pgtables()}. */
public final class ZapPages {
    private final PageTableOps ops;
    private final boolean reclaimsTables;
    private final HugePmds huge;
    private final SplitHugePmd split;
    private final Hugetlb hugetlb;
    private final MmuGather gather;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final boolean drainsLru;
    private final CurrentActor current;

    /** For one machine. */
    public ZapPages(KernelVersion version, PageTableOps ops, HugePmds huge, SplitHugePmd split, Hugetlb hugetlb,
            MmuGather gather, Frames frames, Lru lru, SwapArea swap, CurrentActor current) {
        this.reclaimsTables = version.has(VersionRule.DONTNEED_FREES_TABLES);
        this.ops = ops;
        this.huge = huge;
        this.split = split;
        this.hugetlb = hugetlb;
        this.gather = gather;
        this.frames = frames;
        this.lru = lru;
        this.drainsLru = version.has(VersionRule.UNMAP_DRAINS_LRU);
        this.swap = swap;
        this.current = current;
    }

    /** What precedes the gather: pages still in LRU batches could not be freed with the others. */
    void drainLru() {
        if (drainsLru) {
            lru.drain();
        }
    }

    /** Clears the entries of {@code [start, end)} within a VMA; the open gather flushes and frees. Markers go too. */
    public void vma(AddressSpace mm, Vma vma, long start, long end) {
        vma(mm, vma, start, end, ZapDetails.EVERYTHING);
    }

    /** As {@link #vma(AddressSpace, Vma, long, long)}, sparing what the details say. */
    void vma(AddressSpace mm, Vma vma, long start, long end, ZapDetails details) {
        if (vma.has(VmFlags.HUGETLB)) {
            hugetlb.unmap().range(gather, mm, vma, start, end, details.dropMarkers());
            return;
        }
        long span = 1L << mm.pageTable().levelShift(1);
        for (long at = start; at < end; at = (at & -span) + span) {
            at = mm.pageTable().nextPopulated(at, end, 1);
            if (at < end) {
                pmd(mm, vma, at, Math.min(end, (at & -span) + span), details);
            }
        }
        gather.endVma(mm);
    }

    /** {@code zap_pmd_range}: a huge page goes as a whole, or is split if only a part of it goes. */
    private void pmd(AddressSpace mm, Vma vma, long start, long end, ZapDetails details) {
        if (huge.isHuge(mm, start)) {
            if (end - start == huge.size()) {
                huge.zap(mm, vma, start);
                return;
            }
            split.split(mm, vma, start);
        }
        table(mm, vma, start, end, details);
    }

    /**
     * {@code zap_pte_range}: one page table's part, under its lock; a dirty page of a shared file forces a flush before the
     * next.
     */
    private void table(AddressSpace mm, Vma vma, long start, long end, ZapDetails details) {
        PageTable table = mm.pageTable();
        long pageSize = mm.pageSize();
        boolean force = false;
        gather.batchedPending(mm);
        current.get().lock(LockKind.PTL);
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + pageSize, end)) {
            long before = ops.get(mm, at);
            if (!Pte.present(before)) {
                absent(mm, vma, at, before, details);
            } else if (details.evenCows() || !isPrivateCopy(before)) {
                int nr = ops.batches().length(mm, at, before, end, Pte.DIRTY | Pte.SOFT_DIRTY);
                long pte = ops.getAndClear(mm, at, before, nr);
                gather.addPtes(at, pageSize * nr);
                if (Pte.uffdWp(pte)) {
                    keepWriteProtection(mm, vma, at, nr, details);
                }
                force |= !Pte.special(pte) && release(mm, vma, pte, nr);
                at += pageSize * (nr - 1);
            }
        }
        current.get().unlock(LockKind.PTL);
        if (force) {
            gather.forceFlush(mm);
        }
        if (reclaimsTables && details.reclaimTables() && end - start == huge.size()
                && table.nextEntry(start, end) >= end) {
            freeTable(mm, start);
        }
    }

    /** {@code zap_nonpresent_ptes}. */
    private void absent(AddressSpace mm, Vma vma, long at, long before, ZapDetails details) {
        if ((!details.evenCows() && isPrivateCopy(before))
                || (!details.dropMarkers() && Pte.isMarker(before) && staysMarked(vma, before))) {
            return;
        }
        long pte = ops.getAndClear(mm, at);
        if (Pte.isSwap(pte)) {
            mm.addSwapEntries(-1);
            swap.release(Pte.frame(pte));
        } else if (Pte.isDevicePrivate(pte) || Pte.isDeviceExclusive(pte)) {
            releaseDevice(mm, pte);
        }
        if (Pte.uffdWp(pte)) {
            keepWriteProtection(mm, vma, at, 1, details);
        }
    }

    /** {@code zap_install_uffd_wp_if_needed}: userfaultfd goes on protecting pages of files that are not mapped. */
    private void keepWriteProtection(AddressSpace mm, Vma vma, long at, int nr, ZapDetails details) {
        if (!details.dropMarkers() && !vma.isAnonymous() && vma.has(VmFlags.UFFD_WP)) {
            for (int i = 0; i < nr; i++) {
                ops.setPte(mm, at + i * mm.pageSize(), Pte.marker(Pte.MARKER_UFFD_WP));
            }
        }
    }

    /** A whole table was emptied: it goes at once ({@code zap_empty_pte_table}). */
    private void freeTable(AddressSpace mm, long start) {
        if (mm.pageTable().hasLeaf(start)) {
            mm.pageTable().detachLeafTable(start);
            gather.addTable(start, 1);
        }
    }

    /** {@code should_zap_folio}, for private mappings of files. */
    private boolean isPrivateCopy(long pte) {
        return Pte.present(pte) ? !Pte.special(pte) && frames.has(Pte.frame(pte), Frames.ANON)
                : Pte.isSwap(pte) || Pte.kind(pte) == Pte.HWPOISON || Pte.isDevicePrivate(pte)
                        || Pte.isDeviceExclusive(pte);
    }

    /** A guard, or write protection of a file's page that is not there. */
    private static boolean staysMarked(Vma vma, long marker) {
        return Pte.isMarker(marker, Pte.MARKER_GUARD) || !vma.isAnonymous();
    }

    /** A page that only a device can reach: no TLB has it, so that it goes at once. */
    private void releaseDevice(AddressSpace mm, long pte) {
        mm.addAnonPages(-1);
        if (Pte.isDevicePrivate(pte) || (pte & Pte.SWP_MAPPED) != 0) {
            frames.removeRmap(Pte.frame(pte), mm.id());
        }
        frames.put(Pte.frame(pte));
    }

    /** Takes {@code nr} pages off the books; whether a dirty page of a file is among them. */
    private boolean release(AddressSpace mm, Vma vma, long pte, int nr) {
        int first = Pte.frame(pte);
        boolean anon = frames.has(first, Frames.ANON);
        if (anon) {
            mm.addAnonPages(-nr);
        } else {
            uncountFilePages(mm, vma, pte, nr);
        }
        for (int frame = first; frame < first + nr; frame++) {
            frames.removeRmap(frame, mm.id());
            gather.addFrame(mm, frame);
        }
        return !anon && Pte.dirty(pte);
    }

    private void uncountFilePages(AddressSpace mm, Vma vma, long pte, int nr) {
        MappedFile file = vma.file();
        mm.addFilePages(-nr, file != null && file.kind() == MappedFile.Kind.TMPFS);
        if (Pte.dirty(pte)) {
            frames.markDirty(Pte.frame(pte));
        }
    }

    /**
     * {@code free_pgtables}: frees the page tables that only these VMAs needed. Neighbours less than a table apart go in one
     * call.
     *
     * @param floor end of the mapping below them
     * @param ceiling start of the mapping above them, or 0
     */
    void freePageTables(AddressSpace mm, List<Vma> vmas, long floor, long ceiling) {
        long span = 1L << mm.pageTable().levelShift(1);
        int i = 0;
        while (i < vmas.size()) {
            int last = i;
            while (last + 1 < vmas.size() && vmas.get(last + 1).start() <= vmas.get(last).end() + span) {
                last++;
            }
            long limit = last + 1 < vmas.size() ? vmas.get(last + 1).start() : ceiling;
            mm.pageTable().free(vmas.get(i).start(), vmas.get(last).end(), floor, limit, gather::addTable);
            i = last + 1;
        }
    }
}
