package io.mmulab.kernel.vma;

import org.jspecify.annotations.Nullable;

/** What others do when the edges of VMAs move. All methods do nothing unless overridden. */
public interface VmaHooks {
    /** Nobody wants to know. */
    VmaHooks NONE = new VmaHooks() {};

    /**
     * {@code vma_adjust_trans_huge}, {@code hugetlb_split}: a VMA is about to cover {@code [start, end)}; huge pages must
     * not lie across the edges.
     *
     * @param neighbour the VMA above whose start moves to {@code end}, or null
     */
    @SuppressWarnings("unused")
    default void adjust(Vma vma, long start, long end, @Nullable Vma neighbour) {}
}
