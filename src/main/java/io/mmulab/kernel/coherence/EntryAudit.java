package io.mmulab.kernel.coherence;

import java.util.BitSet;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** The page table of one address space, held against its VMAs; recounts Rss on the way. */
final class EntryAudit implements PageTableWalk.Visitor {
    private final AddressSpace mm;
    private final Frames frames;
    private final FrameCensus census;
    private final Findings findings;
    private final BitSet tablesSeen = new BitSet();
    private int tables = 1;
    private long anon;
    private long file;
    private long shmem;
    private long hugetlb;
    private long swapped;

    private EntryAudit(AddressSpace mm, Frames frames, FrameCensus census, Findings findings) {
        this.mm = mm;
        this.frames = frames;
        this.census = census;
        this.findings = findings;
    }

    static void audit(AddressSpace mm, Frames frames, FrameCensus census, Findings findings) {
        EntryAudit audit = new EntryAudit(mm, frames, census, findings);
        PageTableWalk.walk(mm.pageTable(), mm.taskSize(), audit);
        audit.compare();
    }

    private void compare() {
        findings.same(AuditRule.RSS, mm.id(), 0, "MM_ANONPAGES", anon, mm.anonPages());
        findings.same(AuditRule.RSS, mm.id(), 0, "MM_FILEPAGES", file, mm.filePages());
        findings.same(AuditRule.RSS, mm.id(), 0, "MM_SHMEMPAGES", shmem, mm.shmemPages());
        findings.same(AuditRule.RSS, mm.id(), 0, "MM_SWAPENTS", swapped, mm.swapEntries());
        if (!mm.pageTable().everShared()) {
            // a page is counted where it was faulted in, not by those who see it through a shared table or keep it alone
            findings.same(AuditRule.RSS, mm.id(), 0, "hugetlb pages", hugetlb, mm.hugetlbPages());
        }
        findings.same(AuditRule.TABLE_IN_USE, mm.id(), 0, "number of tables", tables, mm.pageTable().liveTables());
        if (!mm.isAlive() && (tables > 1 || mm.vmas().size() > 0 || anon + file + shmem > 0)) {
            findings.add(AuditRule.DEAD_IS_EMPTY, mm.id(), 0,
                    mm.vmas().size() + " VMAs, " + (tables - 1) + " tables, " + (anon + file + shmem) + " pages");
        }
    }

    @Override
    public void table(long start, long end, int number) {
        tables++;
        if (tablesSeen.get(number)) {
            findings.add(AuditRule.TABLE_IN_USE, mm.id(), start, "table " + number + " is in two places");
        }
        tablesSeen.set(number);
        if (mm.vmas().intersecting(start, end) == null) {
            findings.add(AuditRule.TABLE_IN_USE, mm.id(), start,
                    "a table for nothing, up to 0x" + Long.toHexString(end));
        }
    }

    @Override
    public void entry(long address, int level, long pte) {
        long size = 1L << mm.pageTable().levelShift(level);
        Vma vma = mm.vmas().lookup(address);
        if (vma == null || address + size > vma.end()) {
            findings.add(AuditRule.ENTRY_IN_VMA, mm.id(), address,
                    "entry 0x" + Long.toHexString(pte) + " of level " + level);
            return;
        }
        if (Pte.kind(pte) == Pte.SWAP) {
            swapped++;
            census.standsFor(Pte.frame(pte));
        }
        if (Pte.isDevicePrivate(pte) || Pte.isDeviceExclusive(pte)) {
            ofDevice(vma, address, pte);
        }
        if (Pte.present(pte)) {
            rights(vma, address, pte);
            page(vma, address, level, pte);
        }
    }

    /** A page that only a device can reach counts as the process's, and holds a reference. */
    private void ofDevice(Vma vma, long address, long pte) {
        int frame = Pte.frame(pte);
        anon++;
        if (Pte.isDevicePrivate(pte) || (pte & Pte.SWP_MAPPED) != 0) {
            census.mapsPage(frame);
        } else {
            census.holds(frame, 1);
        }
        rmap(vma, address, frame);
        if (!frames.has(frame, Frames.ANON) || frames.has(frame, Frames.DEVICE) != Pte.isDevicePrivate(pte)) {
            findings.add(AuditRule.ENTRY_BACKING, mm.id(), address, "frame " + frame + " is not where the entry says");
        }
    }

    private void rights(Vma vma, long address, long pte) {
        boolean accessible = vma.has(VmFlags.ACCESS);
        boolean fits = Pte.valid(pte) == accessible && ((pte & Pte.PROTNONE) == 0) == accessible
                && ((pte & Pte.EXEC) != 0) == (vma.has(VmFlags.EXEC) && accessible)
                && (!Pte.write(pte) || vma.has(VmFlags.WRITE));
        if (!fits) {
            findings.add(AuditRule.ENTRY_RIGHTS, mm.id(), address,
                    "entry 0x%x in a VMA with flags 0x%x".formatted(pte, vma.flags()));
        }
    }

    private void page(Vma vma, long address, int level, long pte) {
        if (Pte.special(pte) || frames.isZeroPage(Pte.frame(pte))) {
            if (Pte.write(pte)) {
                findings.add(AuditRule.WRITABLE_IS_EXCLUSIVE, mm.id(), address, "a writable zero page");
            }
            return;
        }
        int frame = Pte.frame(pte);
        if (!census.exists(frame)) {
            findings.add(AuditRule.ENTRY_BACKING, mm.id(), address, "no such frame: " + frame);
            return;
        }
        MappedFile backing = vma.file();
        if (backing != null && backing.kind() == MappedFile.Kind.HUGETLB) {
            hugetlb(vma, address, level, pte, frame);
            return;
        }
        long pages = 1L << (mm.pageTable().levelShift(level) - mm.pageTable().levelShift(0));
        if (level == 0) {
            census.mapsPage(frame);
        } else {
            census.mapsWhole(frames.head(frame));
        }
        rmap(vma, address, frame);
        if (frames.has(frame, Frames.ANON)) {
            anon += pages;
            anonymous(vma, address, pte, frame);
        } else {
            cached(vma, address, pte, frame, pages);
        }
    }

    /** A page of hugetlbfs is not part of Rss; all its entries together map it once. */
    private void hugetlb(Vma vma, long address, int level, long pte, int frame) {
        if (!frames.has(frame, Frames.HUGETLB)) {
            findings.add(AuditRule.ENTRY_BACKING, mm.id(), address, "frame " + frame + " is of no pool");
        }
        long size = mm.pageSize() * frames.pages(frame);
        Object table = mm.pageTable().sharedTable(address);
        if ((address & (size - 1)) == 0) {
            if (table == null || census.firstSightOf(table, address & ((1L << mm.pageTable().levelShift(2)) - 1))) {
                census.mapsWhole(frames.head(frame));
            }
            hugetlb += frames.pages(frame);
        }
        rmap(vma, address, frame);
        if (frames.mapping(frame) == null) {
            findings.add(AuditRule.RMAP, mm.id(), address, "huge page " + frame + " says that it belongs to nothing");
        }
        long within = (address & (size - 1)) / mm.pageSize();
        if (frame != frames.head(frame) + within || 1L << mm.pageTable().levelShift(level) > size) {
            findings.add(AuditRule.ENTRY_BACKING, mm.id(), address, "frame " + frame + " is not in its place");
        }
        if (Pte.write(pte) && !vma.has(VmFlags.SHARED) && !frames.has(frames.head(frame), Frames.ANON_EXCLUSIVE)) {
            findings.add(AuditRule.WRITABLE_IS_EXCLUSIVE, mm.id(), address, "writable, huge page " + frame + " is not");
        }
    }

    private boolean isVisited(Rmap.RmapItems items, long address) {
        boolean[] found = {false};
        items.walk((space, vma, at) -> {
            found[0] |= space.equals(mm) && at == address;
            return !found[0];
        });
        return found[0];
    }

    /** What {@code rmap_walk} would find. */
    private void rmap(Vma vma, long address, int frame) {
        int head = frames.head(frame);
        long index = frames.index(head) + frame - head;
        Object mapping = frames.mapping(head);
        boolean found = switch (mapping) {
            case null -> true;
            case MappedFile file -> file == vma.file() && index == vma.pageIndex(address);
            case Rmap.RmapItems items -> isVisited(items, address);
            case AnonVma anonVma -> anonVma.vmas().contains(vma) && index == vma.pageIndex(address);
            default -> false;
        };
        if (!found) {
            findings.add(AuditRule.RMAP, mm.id(), address,
                    "frame %d says page %d of %s".formatted(frame, index, mapping));
        }
    }

    private void anonymous(Vma vma, long address, long pte, int frame) {
        if (vma.has(VmFlags.SHARED)) {
            findings.add(AuditRule.ENTRY_BACKING, mm.id(), address, "an anonymous page in a shared mapping");
        }
        if (vma.anonVma() == null) {
            findings.add(AuditRule.ANON_VMA, mm.id(), address, "an anonymous page, but no anon_vma");
        }
        if (Pte.write(pte) && !frames.has(frame, Frames.ANON_EXCLUSIVE)) {
            findings.add(AuditRule.WRITABLE_IS_EXCLUSIVE, mm.id(), address, "writable, frame " + frame + " is not");
        }
        if (census.anonAgain(mm.id(), frame) && !frames.has(frame, Frames.KSM)) {
            findings.add(AuditRule.ANON_MAPPED_ONCE_PER_MM, mm.id(), address, "frame " + frame + " again");
        }
    }

    private void cached(Vma vma, long address, long pte, int frame, long pages) {
        MappedFile backing = vma.file();
        if (isShmem(backing)) {
            shmem += pages;
        } else {
            file += pages;
        }
        if (backing == null || backing.cachedFrame(vma.pageIndex(address)) != frame) {
            findings.add(AuditRule.ENTRY_BACKING, mm.id(), address,
                    "frame " + frame + " is not page " + vma.pageIndex(address) + " of " + backing);
        }
        if (Pte.write(pte) && !vma.has(VmFlags.SHARED)) {
            findings.add(AuditRule.WRITABLE_IS_EXCLUSIVE, mm.id(), address, "a writable page of " + backing);
        }
    }

    private static boolean isShmem(@Nullable MappedFile file) {
        return file != null && file.kind() == MappedFile.Kind.TMPFS;
    }
}
