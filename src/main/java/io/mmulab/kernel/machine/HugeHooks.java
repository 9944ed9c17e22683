package io.mmulab.kernel.machine;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaHooks;

/**
 * What would lie across the edge of a VMA: a transparent huge page is split ({@code vma_adjust_trans_huge}), a shared table
 * of huge pages is left to the others ({@code hugetlb_split}).
 */
record HugeHooks(AddressSpace mm, SplitHugePmd split, Hugetlb hugetlb) implements VmaHooks {
    @Override
    public void adjust(Vma vma, long start, long end, @Nullable Vma neighbour) {
        if (vma.has(VmFlags.HUGETLB)) {
            hugetlb.split(mm, vma, end);
        } else {
            split.adjust(mm, vma, start, end, neighbour);
        }
    }
}
