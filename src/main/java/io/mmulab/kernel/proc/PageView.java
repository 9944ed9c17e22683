package io.mmulab.kernel.proc;

/**
 * One base page of an address space, as pagemap, kpagecount, kpageflags and the entry itself show it.
 *
 * @param pte the entry, {@code Pte.NONE} if there is none; of a huge page, as seen from this base page
 * @param level of the entry: 0 PTE, 1 PMD, 2 PUD; -1 if nothing is present
 * @param frame its frame; 0 if nothing is present
 * @param zero whether it is the zero page, a piece of the huge one included
 * @param mapcount {@code kpagecount}: entries that map the page
 * @param exclusive {@code PM_MMAP_EXCLUSIVE}: present and mapped once
 * @param anonExclusive {@code PageAnonExclusive}, as kpageflags shows it
 * @param file {@code PM_FILE}: of a file or shared anonymous
 * @param swap {@code PM_SWAP}: swapped out, under migration, or a marker that counts as such
 * @param softDirty {@code PM_SOFT_DIRTY}
 * @param uffdWp {@code PM_UFFD_WP}
 * @param guard {@code PM_GUARD_REGION}
 */
public record PageView(long pte, int level, int frame, boolean zero, int mapcount, boolean exclusive,
        boolean anonExclusive, boolean file, boolean swap, boolean softDirty, boolean uffdWp, boolean guard) {

    /** A frame is mapped here. */
    public boolean present() {
        return level >= 0;
    }
}
