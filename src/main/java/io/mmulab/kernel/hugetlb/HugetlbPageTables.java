package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.Vma;

/** Page tables of hugetlb VMAs: {@code huge_pte_alloc()}, {@code huge_pmd_share()}, {@code huge_pmd_unshare()}. */
final class HugetlbPageTables {
    private final HugePteOps ops;
    private final long sharingSpan;

    /**
     * For one machine.
     *
     * @param sharingSpan {@code PUD_SIZE}: bytes that a page table of PMDs maps
     */
    HugetlbPageTables(HugePteOps ops, long sharingSpan) {
        this.ops = ops;
        this.sharingSpan = sharingSpan;
    }

    /** {@code PUD_SIZE}. */
    long sharingSpan() {
        return sharingSpan;
    }

    /** {@code huge_pte_alloc}: makes the tables down to the entry of a page. */
    void allocate(AddressSpace mm, Vma vma, long page) {
        ops.allocate(mm, page, HugetlbInode.of(vma).pageSize());
    }

    /** As {@link #allocate}; whether the table is one that others use too. */
    boolean allocateShared(AddressSpace mm, Vma vma, long page) {
        allocate(mm, vma, page);
        return false;
    }

    /** {@code huge_pmd_unshare}: whether the entry of a page was in a table that others use, which this mm now has left. */
    boolean unshare(MmuGather gather, AddressSpace mm, Vma vma, long page) {
        return false;
    }
}
