package io.mmulab.kernel.fault;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * Puts pages of files into a page table: {@code finish_fault()}, {@code do_set_pmd()} and {@code do_fault_around()} of
 * {@code mm/memory.c} with {@code filemap_map_pages()}.
 */
public final class FileMapping {
    /** {@code fault_around_bytes} when the kernel boots. */
    private static final long FAULT_AROUND_BYTES = 64L << 10;

    private final int ptesPerTable;
    private final int pmdOrder;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final CurrentActor current;
    private final boolean oldPrefaultedPtes;
    private final boolean dirtyFoliosMappedDirty;
    private final boolean aroundInRanges;
    private final boolean aroundMapsFolio;
    private final boolean anonShmemMapsFolio;
    private final boolean fileMapsFolio;
    private final boolean respectsRefusal;
    private int faultAroundPages;

    FileMapping(Architecture architecture, KernelVersion version, PageTableOps ops, PmdOps pmds, Frames frames,
            CurrentActor current) {
        this.pmdOrder = architecture.paging().pmdOrder();
        this.ptesPerTable = 1 << pmdOrder;
        this.faultAroundPages = (int) Math.max(1, FAULT_AROUND_BYTES / architecture.pageSize());
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.current = current;
        this.oldPrefaultedPtes = architecture.entries().prefaultsOld();
        this.dirtyFoliosMappedDirty = version.has(VersionRule.DIRTY_FOLIO_MAPPED_DIRTY);
        this.respectsRefusal = version.has(VersionRule.FILE_PMD_RESPECTS_NOHUGEPAGE);
        this.aroundInRanges = version.has(VersionRule.FAULT_AROUND_MAPS_RANGES);
        this.aroundMapsFolio = version.has(VersionRule.FAULT_AROUND_MAPS_FOLIO);
        this.anonShmemMapsFolio = version.has(VersionRule.ANON_SHMEM_FAULT_MAPS_FOLIO);
        this.fileMapsFolio = version.has(VersionRule.FILE_FAULT_MAPS_FOLIO);
    }

    /**
     * {@code fault_around_bytes_set}.
     *
     * @param bytes rounded down to a power of two, one page at least; more than a page table spans is EINVAL
     * @return whether it was accepted
     */
    public boolean setFaultAround(long bytes, long pageSize) {
        if (bytes / pageSize > ptesPerTable) {
            return false;
        }
        faultAroundPages = (int) (Math.max(Long.highestOneBit(bytes), pageSize) / pageSize);
        return true;
    }

    /** {@code do_fault_around}: maps the neighbours that are in the page cache, in an aligned window of 64 KiB. */
    void doFaultAround(AddressSpace mm, Vma vma, MappedFile file, long page) {
        long pageSize = mm.pageSize();
        long table = ptesPerTable * pageSize;
        long window = faultAroundPages * pageSize;
        long from = Math.max(page & -window, vma.start());
        long to = Math.min(Math.min(from + window, vma.end()), (page & -table) + table);
        boolean first = true;
        long at = from;
        while (at < to) {
            long index = vma.pageIndex(at);
            long done = pageSize;
            if (index < file.pages() && file.isResident(index)) {
                int frame = file.frame(index, frames);
                if (frame != Frames.NO_FRAME && frames.has(frame, Frames.HWPOISON)) {
                    at += done;
                    continue;
                }
                if (frame == Frames.NO_FRAME || (first && setPmd(mm, vma, file, page, frame, false))) {
                    return;
                }
                first = false;
                done = around(mm, vma, file, page, at, to, frame);
            }
            at += done;
        }
    }

    /** Maps one page, or the run of pages of a large folio up to {@code to}; returns the bytes that are done. */
    private long around(AddressSpace mm, Vma vma, MappedFile file, long page, long at, long to, int frame) {
        if (!aroundInRanges || frames.order(frame) == 0) {
            if (ops.get(mm, at) == Pte.NONE) {
                map(mm, vma, file, at, frame, 1, vma.pageProt() | (at != page && oldPrefaultedPtes ? 0 : Pte.ACCESSED));
            }
            return mm.pageSize();
        }
        int head = frames.head(frame);
        long folioStart = at - (frame - head) * mm.pageSize();
        long folioEnd = folioStart + frames.pages(head) * mm.pageSize();
        boolean whole = aroundMapsFolio && fits(mm, vma, folioStart, folioEnd);
        long start = whole ? folioStart : at;
        long end = whole ? folioEnd : Math.min(folioEnd, lastMapped(mm, vma, file, to));
        long run = start;
        for (long next = start; next <= end; next += mm.pageSize()) {
            if (next == end || ops.get(mm, next) != Pte.NONE) {
                mapRun(mm, vma, file, page, run, next, head + (int) ((run - folioStart) / mm.pageSize()));
                run = next + mm.pageSize();
            }
        }
        return Math.min(folioEnd, to) - at;
    }

    /** End of what may be mapped: not beyond the end of the file. */
    private static long lastMapped(AddressSpace mm, Vma vma, MappedFile file, long to) {
        return Math.min(to, vma.start() + (file.pages() - vma.pgoff()) * mm.pageSize());
    }

    private void mapRun(AddressSpace mm, Vma vma, MappedFile file, long page, long start, long end, int frame) {
        if (start < end) {
            boolean old = (page < start || page >= end) && oldPrefaultedPtes;
            map(mm, vma, file, start, frame, (int) ((end - start) / mm.pageSize()),
                    vma.pageProt() | (old ? 0 : Pte.ACCESSED));
        }
    }

    /** Whether a folio lies within a VMA and one table of PTEs. */
    private boolean fits(AddressSpace mm, Vma vma, long start, long end) {
        long table = ptesPerTable * mm.pageSize();
        return start >= vma.start() && end <= vma.end() && (start & -table) == ((end - 1) & -table);
    }

    /**
     * {@code finish_fault}: maps the page that a fault has found; a huge page by one huge entry where that fits.
     *
     * @param bits of the entry
     */
    void finishFault(AddressSpace mm, Vma vma, MappedFile file, long page, int frame, boolean write, long bits) {
        if (setPmd(mm, vma, file, page, frame, write)) {
            return;
        }
        boolean folio = (fileMapsFolio || (anonShmemMapsFolio && file.isAnonShmem())) && !vma.has(VmFlags.UFFD);
        int head = frames.head(frame);
        long start = page - (frame - head) * mm.pageSize();
        long end = start + frames.pages(head) * mm.pageSize();
        if (folio && frames.order(frame) > 0 && fits(mm, vma, start, end) && isNone(mm, start, end)) {
            map(mm, vma, file, start, head, frames.pages(head), bits);
        } else {
            map(mm, vma, file, page, frame, 1, bits);
        }
    }

    private boolean isNone(AddressSpace mm, long start, long end) {
        for (long at = start; at < end; at += mm.pageSize()) {
            if (ops.get(mm, at) != Pte.NONE) {
                return false;
            }
        }
        return true;
    }

    /** {@code do_set_pmd}: whether a huge leaf could be set. */
    private boolean setPmd(AddressSpace mm, Vma vma, MappedFile file, long page, int frame, boolean write) {
        if (frames.order(frame) != pmdOrder || pmds.get(mm, page) != Pte.NONE
                || !ThpOrders.suitable(mm, vma, page, pmdOrder)) {
            return false;
        }
        if (respectsRefusal && (vma.has(VmFlags.NOHUGEPAGE) || mm.thpDisabled())) {
            return false;
        }
        int head = frames.head(frame);
        long pmd = Pte.huge(head, PmdOps.LEVEL, vma.pageProt() | Pte.ACCESSED);
        if (write) {
            pmd = Pte.mkdirty(pmd) | (vma.has(VmFlags.WRITE) ? Pte.WRITE : 0);
        }
        current.get().lock(LockKind.PTL);
        frames.get(head);
        frames.addEntireRmap(head, mm.id());
        mm.addFilePages(ptesPerTable, file.isMemory());
        pmds.set(mm, page & -pmds.size(), pmd);
        current.get().unlock(LockKind.PTL);
        return true;
    }

    /** {@code set_pte_range}: {@code nr} pages of one folio. */
    private void map(AddressSpace mm, Vma vma, MappedFile file, long page, int frame, int nr, long bits) {
        current.get().lock(LockKind.PTL);
        frames.get(frame, nr);
        for (int i = 0; i < nr; i++) {
            frames.addRmap(frame + i, mm.id());
        }
        mm.addFilePages(nr, file.isMemory());
        long pte = Pte.of(frame, bits);
        if (!vma.has(VmFlags.WRITE)) {
            pte = Pte.wrprotect(pte);
        } else if (dirtyFoliosMappedDirty && Pte.write(pte) && frames.isDirty(frame)) {
            pte = Pte.mkdirty(pte);
        }
        ops.setPtes(mm, page, pte, nr);
        current.get().unlock(LockKind.PTL);
    }
}
