package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * The range that a notifier window of a hugetlb operation must cover.
 *
 * @param start first byte
 * @param end end, exclusive
 */
record HugetlbRange(long start, long end) {

    /**
     * {@code adjust_range_if_pmd_sharing_possible}: where several mappings may share a page table, undoing that changes all
     * that the table maps.
     *
     * @param span bytes that a page table of PMDs maps
     */
    static HugetlbRange ifSharingPossible(Vma vma, long start, long end, long span) {
        long first = (vma.start() + span - 1) & -span;
        long last = vma.end() & -span;
        if (!vma.has(VmFlags.MAYSHARE) || last <= first || end <= first || start >= last) {
            return new HugetlbRange(start, end);
        }
        return new HugetlbRange(start > first ? start & -span : start, end < last ? (end + span - 1) & -span : end);
    }
}
