package io.mmulab.kernel.proc;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code /proc/PID/pagemap} with {@code /proc/kpagecount} and {@code /proc/kpageflags}: single pages. */
public final class Pagemap {
    private final Frames frames;
    private final boolean softDirty;
    private final boolean exclusivePerPage;
    private final boolean hugeZeroIsFile;
    private final boolean flagsOfFolio;
    private final boolean seesSharedTables;

    /** For one machine. */
    public Pagemap(Architecture architecture, KernelVersion version, Frames frames) {
        this.frames = frames;
        this.softDirty = architecture.softDirty();
        this.exclusivePerPage = version.has(VersionRule.PAGEMAP_EXCLUSIVE_PER_PAGE);
        this.hugeZeroIsFile = !version.has(VersionRule.HUGE_ZERO_IS_SPECIAL);
        this.flagsOfFolio = version.has(VersionRule.KPAGEFLAGS_OF_FOLIO);
        this.seesSharedTables = version.has(VersionRule.HUGETLB_SHARING_ESTIMATED);
    }

    /** The page of an address within a VMA. */
    public PageView page(AddressSpace mm, Vma vma, long address) {
        if (vma.has(VmFlags.HUGETLB)) {
            return hugetlbPage(mm, vma, address);
        }
        long pte = mm.pageTable().get(address);
        boolean dirty = softDirty && (vma.has(VmFlags.SOFTDIRTY) || (pte & Pte.SOFT_DIRTY) != 0);
        boolean uffdWp = (pte & Pte.UFFD_WP) != 0;
        if (!Pte.present(pte)) {
            return absent(pte, dirty, uffdWp);
        }
        int frame = Pte.frame(pte);
        int level = Pte.level(pte);
        if (frames.isZeroPage(frame)) {
            boolean file = level > 0 && hugeZeroIsFile;
            return new PageView(pte, level, frame, true, 0, false, false, file, false, dirty, uffdWp, false);
        }
        int mapcount = frames.mapcount(frame);
        int asked = level > 0 && !exclusivePerPage ? frames.mapcount(frames.head(frame)) : mapcount;
        return new PageView(pte, level, frame, false, mapcount, asked == 1, anonExclusive(frame),
                !frames.has(frame, Frames.ANON), false, dirty, uffdWp, false);
    }

    /** {@code pagemap_hugetlb_range}: soft-dirty is the VMA's, and nothing counts as swapped out. */
    private PageView hugetlbPage(AddressSpace mm, Vma vma, long address) {
        long pte = mm.pageTable().get(address);
        boolean dirty = softDirty && vma.has(VmFlags.SOFTDIRTY);
        boolean uffdWp = (pte & Pte.UFFD_WP) != 0;
        if (!Pte.present(pte)) {
            return new PageView(pte, -1, 0, false, 0, false, false, false, false, dirty, uffdWp, false);
        }
        int frame = Pte.frame(pte);
        int mapcount = frames.mapcount(frame);
        boolean exclusive = mapcount == 1 && !(seesSharedTables && mm.pageTable().isTableShared(address));
        return new PageView(pte, Pte.level(pte), frame, false, mapcount, exclusive, anonExclusive(frame),
                !frames.has(frame, Frames.ANON), false, dirty, uffdWp, false);
    }

    private static PageView absent(long pte, boolean dirty, boolean uffdWp) {
        long kind = Pte.kind(pte);
        return new PageView(pte, -1, 0, false, 0, false, false, false, kind != 0, dirty,
                uffdWp || Pte.isMarker(pte, Pte.MARKER_UFFD_WP), Pte.isMarker(pte, Pte.MARKER_GUARD));
    }

    /** {@code stable_page_flags}: newer releases look at the folio, whose head stands for all its pages. */
    private boolean anonExclusive(int frame) {
        int shown = flagsOfFolio ? frames.head(frame) : frame;
        return frames.has(frame, Frames.ANON) && frames.has(shown, Frames.ANON_EXCLUSIVE);
    }
}
