package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * Page tables of hugetlb VMAs: {@code huge_pte_alloc()}, and the sharing of a table of PMDs by all who map the same part of a
 * file at the same place of a table ({@code huge_pmd_share()}, {@code huge_pmd_unshare()}).
 */
final class HugetlbPageTables {
    private static final long LOCKED_MASK = VmFlags.LOCKED | 0x8_0000;

    private final HugePteOps ops;
    private final MmuNotifiers notifiers;
    private final HugetlbMappings mappings;
    private final HugetlbGather gather;
    private final long pmdSize;
    private final long pudSize;

    /**
     * For one machine.
     *
     * @param pmdSize bytes that a PMD maps
     * @param pudSize bytes that a table of PMDs maps
     */
    HugetlbPageTables(HugePteOps ops, MmuNotifiers notifiers, HugetlbMappings mappings, HugetlbGather gather,
            long pmdSize, long pudSize) {
        this.ops = ops;
        this.notifiers = notifiers;
        this.mappings = mappings;
        this.gather = gather;
        this.pmdSize = pmdSize;
        this.pudSize = pudSize;
    }

    /** {@code PMD_SIZE}: the only size whose tables are shared. */
    long pmdSize() {
        return pmdSize;
    }

    /** {@code PUD_SIZE}. */
    long sharingSpan() {
        return pudSize;
    }

    /** {@code huge_pte_alloc}: makes the tables down to the entry of a page, or finds one to share. */
    void allocate(AddressSpace mm, Vma vma, long page) {
        long size = HugetlbInode.of(vma).pageSize();
        if (!ops.exists(mm, page, size) && size == pmdSize && wantsSharing(vma, page)) {
            share(mm, vma, page);
        }
        ops.allocate(mm, page, size);
    }

    /** As {@link #allocate}; whether the table is one that others use too. */
    boolean allocateShared(AddressSpace mm, Vma vma, long page) {
        allocate(mm, vma, page);
        return mm.pageTable().isTableShared(page);
    }

    /** {@code want_pmd_share}: the VMA covers all that the table maps, and userfaultfd does not need its own entries. */
    private boolean wantsSharing(Vma vma, long page) {
        long start = page & -pudSize;
        return vma.has(VmFlags.MAYSHARE) && !vma.has(VmFlags.UFFD_WP) && start >= vma.start()
                && start + pudSize <= vma.end();
    }

    private void share(AddressSpace mm, Vma vma, long page) {
        long offset = vma.pageIndex(page);
        for (HugetlbMappings.Mapping other : mappings.of(vma.file(), offset, offset)) {
            Vma its = other.vma();
            long itsPage = its.start() + (offset - its.pgoff()) * mm.pageSize();
            boolean fits = its != vma && (itsPage & (pudSize - 1)) == (page & (pudSize - 1))
                    && (its.flags() & ~LOCKED_MASK) == (vma.flags() & ~LOCKED_MASK) && wantsSharing(its, itsPage);
            if (fits && mm.pageTable().shareTable(page, other.mm().pageTable(), itsPage)) {
                return;
            }
        }
    }

    /** {@code huge_pmd_unshare}: whether the entry of a page was in a table that others use, which this mm now has left. */
    boolean unshare(MmuGather open, AddressSpace mm, Vma vma, long page) {
        if (HugetlbInode.of(vma).pageSize() != pmdSize || !mm.pageTable().isTableShared(page)) {
            return false;
        }
        mm.pageTable().unshareTable(page);
        open.addUnsharedTable(page, pudSize);
        return true;
    }

    /** {@code hugetlb_split}: a VMA is cut within a table; it can no longer be shared. */
    void split(AddressSpace mm, Vma vma, long address) {
        long start = address & -pudSize;
        if (start != address && start >= vma.start() && start + pudSize <= vma.end()) {
            unshareAll(mm, vma, start, start + pudSize);
        }
    }

    /** {@code hugetlb_unshare_all_pmds}: userfaultfd needs the VMA's own entries. */
    void unshareAll(AddressSpace mm, Vma vma) {
        unshareAll(mm, vma, (vma.start() + pudSize - 1) & -pudSize, vma.end() & -pudSize);
    }

    /** {@code hugetlb_unshare_pmds}. */
    private void unshareAll(AddressSpace mm, Vma vma, long start, long end) {
        if (!vma.has(VmFlags.MAYSHARE) || start >= end) {
            return;
        }
        MmuGather own = gather.begin();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, end,
                Cause.HUGETLB_UNSHARE_PMDS);
        for (long at = start; at < end; at += pudSize) {
            if (ops.exists(mm, at, HugetlbInode.of(vma).pageSize())) {
                unshare(own, mm, vma, at);
            }
        }
        own.flushUnshared(mm, Cause.HUGETLB_UNSHARE_PMDS);
        notifiers.rangeEnd(window);
        gather.finish(mm);
    }
}
