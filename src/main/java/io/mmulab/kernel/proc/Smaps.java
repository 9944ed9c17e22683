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
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code /proc/PID/smaps}: what a VMA holds, counted page by page ({@code smaps_account}). */
public final class Smaps {
    /** {@code PSS_SHIFT}: Pss is summed in 4096ths of a byte. */
    private static final int PSS_SHIFT = 12;

    private final ThpOrders thp;
    private final Frames frames;
    private final VmFlagNames names;
    private final boolean absentIsShared;
    private final boolean showsKsm;

    /** For one machine. */
    public Smaps(Architecture architecture, KernelVersion version, Frames frames, ThpOrders thp) {
        this.thp = thp;
        this.frames = frames;
        this.names = new VmFlagNames(architecture, version);
        this.showsKsm = version.has(VersionRule.SMAPS_SHOWS_KSM);
        this.absentIsShared = version.has(VersionRule.HUGETLB_SHARING_ESTIMATED);
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
                account(sums, table.get(at), pageSize);
            }
        }
        return new SmapsEntry(vma, sums.counters(vma, showsKsm), thp.eligible(mm, vma), names.of(vma.flags()));
    }

    /** {@code smaps_hugetlb_range}. */
    private void accountHugetlb(Sums sums, PageTable table, long at, long pageSize) {
        long pte = table.get(at);
        if (Pte.present(pte) || Pte.kind(pte) == Pte.MIGRATION) {
            boolean shared = frames.mapcount(Pte.frame(pte)) > 1 || table.isTableShared(at)
                    || (absentIsShared && !Pte.present(pte));
            sums.sharedHugetlb += shared ? pageSize : 0;
            sums.privateHugetlb += shared ? 0 : pageSize;
        }
    }

    private void account(Sums sums, long pte, long pageSize) {
        if (!Pte.present(pte)) {
            if (Pte.kind(pte) == Pte.SWAP) {
                sums.swap += pageSize;
            }
            return;
        }
        int frame = Pte.frame(pte);
        if (frames.isZeroPage(frame)) {
            return;
        }
        boolean anonymous = frames.has(frame, Frames.ANON);
        boolean dirty = Pte.dirty(pte) || frames.isDirty(frame);
        int mapcount = frames.mapcount(frame);
        sums.rss += pageSize;
        sums.referenced += Pte.young(pte) ? pageSize : 0;
        sums.pss += (pageSize << PSS_SHIFT) / mapcount;
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
        private long ksm;
        private long anonHuge;
        private long shmemHuge;
        private long sharedHugetlb;
        private long privateHugetlb;
        private long swap;

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
