package io.mmulab.kernel.syscall;

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
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code move_page_tables} of {@code mm/mremap.c}: whole tables where source and destination are aligned, entries
 * otherwise. One window for all of it; each part that held a page is flushed by itself.
 */
public final class MovePageTables {
    private static final int PMD = 1;
    private static final int PUD = 2;

    private final PageTableOps ops;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final int pageShift;
    private final boolean marksSoftDirty;
    private final boolean realigns;
    private final boolean inBatches;
    private HugeEntries huge = new HugeEntries() {};
    private WholeMove hugetlb = (mm, from, to, oldAddress, newAddress, length) -> {
        throw new NotSimulatedException("mremap of hugetlb");
    };

    /** What happens to huge entries in the way. */
    public interface HugeEntries {
        /** {@code move_huge_pmd}: source and destination are aligned; false if it must be split instead. */
        @SuppressWarnings("unused")
        default boolean moveHugePmd(AddressSpace mm, Vma vma, long from, long to) {
            return false;
        }

        /** {@code split_huge_pmd}: afterwards a table of PTEs, or nothing, is in its place. */
        @SuppressWarnings("unused")
        default void splitHugePmd(AddressSpace mm, Vma vma, long address) {
            throw new NotSimulatedException("mremap of part of a huge page");
        }
    }

    /** Moves the pages of VMAs that have page tables of their own kind ({@code move_hugetlb_page_tables}). */
    public interface WholeMove {
        /** Moves {@code length} bytes from {@code oldAddress} in one VMA to {@code newAddress} in the other. */
        void move(AddressSpace mm, Vma from, Vma to, long oldAddress, long newAddress, long length);
    }

    MovePageTables(Architecture architecture, KernelVersion version, PageTableOps ops, TlbFlush tlb,
            MmuNotifiers notifiers, CurrentActor current) {
        this.ops = ops;
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.current = current;
        this.pageShift = architecture.pageShift();
        this.marksSoftDirty = architecture.softDirty();
        this.inBatches = version.has(VersionRule.MREMAP_IN_BATCHES);
        this.realigns = version.has(VersionRule.MREMAP_REALIGNS);
    }

    /** Who moves and splits huge entries. */
    public void setHugeEntries(HugeEntries value) {
        huge = value;
    }

    /** Who moves hugetlb. */
    public void setHugetlb(WholeMove value) {
        hugetlb = value;
    }

    /** Moves the entries of {@code length} bytes. The destination is empty. */
    void move(AddressSpace mm, Vma from, Vma to, long oldAddress, long newAddress, long length) {
        if (length == 0) {
            return;
        }
        if (from.has(VmFlags.HUGETLB)) {
            hugetlb.move(mm, from, to, oldAddress, newAddress, length);
            return;
        }
        long end = oldAddress + length;
        long back = realigns ? realignment(mm, from, to, oldAddress, newAddress, length) : 0;
        long at = oldAddress - back;
        MmuNotifierRange window =
                notifiers.rangeStart(mm.subscriptions(), EventType.UNMAP, at, end, Cause.MOVE_PAGE_TABLES);
        long distance = newAddress - oldAddress;
        while (at < end) {
            at += step(mm, from, at, at + distance, end);
        }
        notifiers.rangeEnd(window);
    }

    /**
     * {@code try_realign_addr}: how far back the move may begin, so that a whole table moves: nothing may be mapped between
     * there and the VMAs.
     */
    private long realignment(AddressSpace mm, Vma from, Vma to, long oldAddress, long newAddress, long length) {
        long size = 1L << mm.pageTable().levelShift(PMD);
        long back = oldAddress & (size - 1);
        boolean worthwhile = back != 0 && length >= size - back && back == (newAddress & (size - 1));
        return worthwhile && canAlignDown(mm, from, oldAddress, size) && canAlignDown(mm, to, newAddress, size) ? back
                : 0;
    }

    private static boolean canAlignDown(AddressSpace mm, Vma vma, long address, long size) {
        return vma.start() == address && mm.vmas().intersecting(address & -size, address) == null;
    }

    /** One turn of the loop: bytes done. */
    private long step(AddressSpace mm, Vma vma, long from, long to, long end) {
        PageTable table = mm.pageTable();
        long extent = extent(table, PUD, from, to, end);
        long pud = table.entry(from, PUD);
        if (pud == Pte.NONE) {
            return extent;
        }
        table.makeTable(to, PUD);
        if (moveTable(mm, vma, from, to, PUD, extent)) {
            return extent;
        }
        extent = extent(table, PMD, from, to, end);
        if (table.entry(from, PMD) == Pte.NONE) {
            return extent;
        }
        table.makeTable(to, PMD);
        if (!movePmd(mm, vma, from, to, extent) && table.entry(from, PMD) != Pte.NONE) {
            table.makeLeafTable(to);
            movePtes(mm, vma, from, to, extent);
        }
        return extent;
    }

    /** {@code get_extent}: to the end of the entry of a level on either side. */
    private static long extent(PageTable table, int level, long from, long to, long end) {
        long size = 1L << table.levelShift(level);
        long extent = Math.min(size - (from & (size - 1)), end - from);
        return Math.min(extent, size - (to & (size - 1)));
    }

    /** A table moves as it is, unless userfaultfd's bits in it must go because the new VMA is not registered. */
    private boolean moveTable(AddressSpace mm, Vma vma, long from, long to, int level, long extent) {
        int shift = mm.pageTable().levelShift(level);
        if (extent != 1L << shift || losesUserfaultfd(vma)) {
            return false;
        }
        current.get().lock(LockKind.PTL);
        boolean moved = ops.moveTable(mm, from, to, level);
        if (moved) {
            tlb.movedTable(mm, from, from + extent, Cause.MOVE_PAGE_TABLES);
        }
        current.get().unlock(LockKind.PTL);
        return moved;
    }

    private boolean movePmd(AddressSpace mm, Vma vma, long from, long to, long extent) {
        boolean whole = extent == 1L << mm.pageTable().levelShift(PMD);
        if (Pte.isHuge(mm.pageTable().entry(from, PMD))) {
            if (whole && huge.moveHugePmd(mm, vma, from, to)) {
                return true;
            }
            huge.splitHugePmd(mm, vma, from);
            return false;
        }
        return whole && moveTable(mm, vma, from, to, PMD, extent);
    }

    /** {@code move_ptes}: flushed under the lock if a page was among them. */
    private void movePtes(AddressSpace mm, Vma vma, long from, long to, long extent) {
        PageTable table = mm.pageTable();
        long end = from + extent;
        boolean flush = false;
        tlb.batchedPending(mm);
        current.get().lock(LockKind.PTL);
        for (long at = table.nextEntry(from, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            int nr = inBatches ? contiguousRun(mm, at, end) : 1;
            long pte = ops.getAndClear(mm, at, ops.get(mm, at), nr);
            flush |= Pte.present(pte);
            if (losesUserfaultfd(vma)) {
                pte = Pte.isMarker(pte, Pte.MARKER_UFFD_WP) ? Pte.NONE : Pte.clearUffdWp(pte);
            }
            if (pte != Pte.NONE) {
                ops.setPtes(mm, to + (at - from), marksSoftDirty ? pte | Pte.SOFT_DIRTY : pte, nr);
            }
            at += (nr - 1) * mm.pageSize();
        }
        if (flush) {
            tlb.range(mm, from, end, pageShift, Cause.MOVE_PAGE_TABLES);
        }
        current.get().unlock(LockKind.PTL);
    }

    /** {@code mremap_folio_pte_batch}: only contiguous blocks are worth it. */
    private int contiguousRun(AddressSpace mm, long at, long end) {
        long pte = ops.get(mm, at);
        return (pte & Pte.CONT) == 0 ? 1
                : ops.batches().lengthRespectingWrite(mm, at, pte, end, Pte.DIRTY | Pte.SOFT_DIRTY);
    }

    /** {@code vma_has_uffd_without_event_remap}. */
    private static boolean losesUserfaultfd(Vma vma) {
        UserfaultfdCtx ctx = vma.userfaultfdCtx();
        return ctx != null && !ctx.has(UserfaultfdCtx.FEATURE_EVENT_REMAP);
    }
}
