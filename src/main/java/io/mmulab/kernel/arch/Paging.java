package io.mmulab.kernel.arch;

import java.util.List;

import io.mmulab.kernel.design.Releases;

/**
 * The shape of a page table. Level 0 is the last one, whose entries map base pages; a huge leaf may be at any level that is
 * not the root.
 *
 * @param pageShift log2 of the base page size in bytes
 * @param levelBits log2 of the entries of a table of each level, level 0 first; the root is the last
 * @param taskSize end of the user addresses in bytes, exclusive
 * @param transparentHugePages the releases in which a PMD can map a transparent huge page
 * @param contiguousPtesShift log2 of the neighbouring PTEs that the contiguous bit joins; 0 where there is no such bit
 * @param contpte the releases that set the contiguous bit of user entries on their own ({@code arch/arm64/mm/contpte.c})
 * @param hugetlbOrders log2 of the base pages of each hugetlb page size; one that is no level of the table is several
 *        neighbouring entries with the contiguous bit
 * @param freesFoldedP4d whether a P4D that is folded into the root's entry when the kernel boots counts as a table that is
 *        freed, with a flush of one page (x86-64: CONFIG_PGTABLE_LEVELS 5 on a CPU with four)
 * @param sources where these rules are from
 */
public record Paging(int pageShift, List<Integer> levelBits, long taskSize, Releases transparentHugePages,
        int contiguousPtesShift, Releases contpte, List<Integer> hugetlbOrders, boolean freesFoldedP4d,
        List<String> sources) {
    /** The level of PMDs: one entry covers a table of PTEs. */
    private static final int PMD = 1;

    /** Lists are copied. */
    public Paging {
        levelBits = List.copyOf(levelBits);
        hugetlbOrders = List.copyOf(hugetlbOrders);
        sources = List.copyOf(sources);
    }

    /** Levels, root included. */
    public int levels() {
        return levelBits.size();
    }

    /** log2 of the bytes that one entry of a level covers; of the whole table for the number of levels. */
    public int levelShift(int level) {
        int shift = pageShift;
        for (int below = 0; below < level; below++) {
            shift += levelBits.get(below);
        }
        return shift;
    }

    /** {@link #levelShift} of each level, and of the whole table behind them. */
    public int[] levelShifts() {
        int[] shifts = new int[levels() + 1];
        for (int level = 0; level < shifts.length; level++) {
            shifts[level] = levelShift(level);
        }
        return shifts;
    }

    /** {@link #levelBits} as an array. */
    public int[] bits() {
        return levelBits.stream().mapToInt(Integer::intValue).toArray();
    }

    /** {@code HPAGE_PMD_ORDER}: log2 of the base pages that one PMD covers. */
    public int pmdOrder() {
        return levelShift(PMD) - pageShift;
    }

    /** The highest level, below the root, whose entries cover no more than a size. */
    public int levelOfSize(long size) {
        int level = 0;
        while (level + 1 < levels() && size >= 1L << levelShift(level + 1)) {
            level++;
        }
        return level;
    }

    /** Bytes of a base page. */
    public long pageSize() {
        return 1L << pageShift;
    }
}
