/**
 * Huge pages of hugetlbfs ({@code mm/hugetlb.c}, {@code fs/hugetlbfs/inode.c}): the pools of each size with their counters,
 * who has reserved what, the fault path, and every operation that treats a hugetlb VMA in its own way. Nothing here splits
 * a page: an entry maps a whole page or nothing.
 */
@NullMarked
package io.mmulab.kernel.hugetlb;

import org.jspecify.annotations.NullMarked;
