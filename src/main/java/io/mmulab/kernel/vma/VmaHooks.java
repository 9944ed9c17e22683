package io.mmulab.kernel.vma;

import org.jspecify.annotations.Nullable;

/** What others do when the edges of VMAs move. All methods do nothing unless overridden. */
public interface VmaHooks {
    /** Nobody wants to know. */
    VmaHooks NONE = new VmaHooks() {};

    /**
     * {@code vm_ops->may_split}.
     *
     * @param address strictly inside the VMA
     * @return 0, or an errno that refuses the split
     */
    default int maySplit(@SuppressWarnings("unused") Vma vma, @SuppressWarnings("unused") long address) {
        return 0;
    }

    /**
     * {@code vma_adjust_trans_huge}, {@code hugetlb_split}: a VMA is about to cover {@code [start, end)}; huge pages must
     * not lie across the edges.
     *
     * @param neighbour the VMA above whose start moves to {@code end}, or null
     */
    @SuppressWarnings("unused")
    default void adjust(Vma vma, long start, long end, @Nullable Vma neighbour) {}
}
