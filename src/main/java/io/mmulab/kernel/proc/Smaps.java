package io.mmulab.kernel.proc;

import java.util.LinkedHashMap;
import java.util.Map;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code /proc/PID/smaps}: what a VMA holds, counted page by page ({@code smaps_account}). */
public final class Smaps {
    /** {@code PSS_SHIFT}: Pss is summed in 4096ths of a byte. */
    private static final int PSS_SHIFT = 12;

    private final PageTableOps ops;
    private final ThpOrders thp;
    private final Frames frames;
    private final VmFlagNames names;
    private final boolean absentIsShared;
    private final boolean showsKsm;

    /** For one machine. */
    public Smaps(Architecture architecture, KernelVersion version, PageTableOps ops, Frames frames, ThpOrders thp) {
        this.ops = ops;
        this.thp = thp;
        this.frames = frames;
        this.names = new VmFlagNames(architecture, version);
        this.showsKsm = version.has(VersionRule.SMAPS_SHOWS_KSM);
        this.absentIsShared = version.has(VersionRule.SMAPS_ABSENT_IS_SHARED);
    }

    /** The entry of one VMA. */
    public SmapsEntry entry(AddressSpace mm, Vma vma) {
        Sums sums = new Sums();
        PageTable table = mm.pageTable();
        long pageSize = mm.pageSize();
        for (long at = table.nextEntry(vma.start(), vma.end()); at < vma.end(); at = table.nextEntry(at + pageSize,
                vma.end())) {
            if (vma.has(VmFlags.HUGETLB)) {
                accountHugetlb(sums, table, at, pageSize);
            } else {
                account(sums, ops.get(mm, at), pageSize);
            }
        }
        sums.swap += swappedOfFile(table, vma, pageSize) * pageSize;
        return new SmapsEntry(vma, sums.counters(vma, showsKsm), thp.eligible(mm, vma), names.of(vma.flags()));
    }

    /** {@code shmem_swap_usage}, and page by page where copies of the file's pages may hide it. */
    private static long swappedOfFile(PageTable table, Vma vma, long pageSize) {
        MappedFile file = vma.file();
        if (file == null || !file.isMemory()) {
            return 0;
        }
        boolean all = vma.has(VmFlags.SHARED) || !vma.has(VmFlags.WRITE);
        return file.swappedPages(vma.pgoff(), vma.pgoff() + vma.pages()).stream()
                .filter(index -> all || table.get(vma.start() + (index - vma.pgoff()) * pageSize) == Pte.NONE).count();
    }

    /** {@code smaps_hugetlb_range}. */
    private void accountHugetlb(Sums sums, PageTable table, long at, long pageSize) {
        long pte = table.get(at);
        if (Pte.present(pte) || Pte.isMigration(pte) || Pte.isHwpoison(pte)) {
            boolean shared = frames.mapcount(Pte.frame(pte)) > 1 || table.isTableShared(at)
                    || (absentIsShared && !Pte.present(pte));
            sums.sharedHugetlb += shared ? pageSize : 0;
            sums.privateHugetlb += shared ? 0 : pageSize;
        }
    }

    private void account(Sums sums, long pte, long pageSize) {
        if (Pte.isSwap(pte)) {
            sums.swap += pageSize;
        } else if (Pte.kind(pte) == Pte.HWPOISON || Pte.isDevicePrivate(pte) || Pte.isDeviceExclusive(pte)) {
            accountPage(sums, pte, pageSize, absentIsShared ? 2 : 1);
        } else if (Pte.present(pte) && !frames.isZeroPage(Pte.frame(pte))) {
            accountPage(sums, pte, pageSize, frames.mapcount(Pte.frame(pte)));
        }
    }

    private void accountPage(Sums sums, long pte, long pageSize, int mapcount) {
        int frame = Pte.frame(pte);
        boolean anonymous = frames.has(frame, Frames.ANON);
        boolean dirty = (Pte.present(pte) && Pte.dirty(pte)) || frames.isDirty(frame);
        if (anonymous && !dirty && !frames.has(frames.head(frame), Frames.SWAPBACKED)) {
            sums.lazyFree += pageSize;
        }
        sums.rss += pageSize;
        sums.referenced += Pte.present(pte) && Pte.young(pte) ? pageSize : 0;
        sums.pss += (pageSize << PSS_SHIFT) / (Pte.present(pte) ? mapcount : 1);
        if (anonymous) {
            sums.anonymous += pageSize;
            sums.ksm += frames.has(frame, Frames.KSM) ? pageSize : 0;
            sums.anonHuge += Pte.isHuge(pte) ? pageSize : 0;
        } else if (Pte.isHuge(pte)) {
            sums.shmemHuge += pageSize;
        }
        if (mapcount > 1) {
            sums.sharedDirty += dirty ? pageSize : 0;
            sums.sharedClean += dirty ? 0 : pageSize;
        } else {
            sums.privateDirty += dirty ? pageSize : 0;
            sums.privateClean += dirty ? 0 : pageSize;
        }
    }

    /** {@code struct mem_size_stats}. */
    private static final class Sums {
        private long rss;
        private long pss;
        private long sharedClean;
        private long sharedDirty;
        private long privateClean;
        private long privateDirty;
        private long referenced;
        private long anonymous;
        private long anonHuge;
        private long shmemHuge;
        private long sharedHugetlb;
        private long privateHugetlb;
        private long swap;
        private long lazyFree;
        private long ksm;

        Map<String, Long> counters(Vma vma, boolean showsKsm) {
            Map<String, Long> result = new LinkedHashMap<>();
            result.put("Rss", rss);
            result.put("Pss", pss >> PSS_SHIFT);
            result.put("Shared_Clean", sharedClean);
            result.put("Shared_Dirty", sharedDirty);
            result.put("Private_Clean", privateClean);
            result.put("Private_Dirty", privateDirty);
            result.put("Referenced", referenced);
            result.put("Anonymous", anonymous);
            if (showsKsm) {
                result.put("KSM", ksm);
            }
            result.put("LazyFree", lazyFree);
            result.put("AnonHugePages", anonHuge);
            result.put("ShmemPmdMapped", shmemHuge);
            result.put("Shared_Hugetlb", sharedHugetlb);
            result.put("Private_Hugetlb", privateHugetlb);
            result.put("Swap", swap);
            result.put("Locked", vma.has(VmFlags.LOCKED) ? pss >> PSS_SHIFT : 0);
            return result;
        }
    }
}
