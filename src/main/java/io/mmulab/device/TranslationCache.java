package io.mmulab.device;

import io.mmulab.kernel.arch.Paging;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.SecondaryMmu.EntryVisitor;

/**
 * A TLB of translations of all page sizes. A huge page is one entry if the cache holds blocks: then an invalidation of any
 * address within drops all of it. Otherwise each base page that was used is an entry of its own (a splinter), and dropping
 * one leaves the others.
 */
final class TranslationCache {
    /** Levels that can have leaves: PTE, PMD, PUD. */
    private static final int LEVELS = 3;

    private final int pageShift;
    private final int[] shifts;
    private final boolean blocks;
    private final Translations[] levels = new Translations[LEVELS];

    TranslationCache(Paging paging, boolean blocks) {
        this.pageShift = paging.pageShift();
        this.shifts = paging.levelShifts();
        this.blocks = blocks;
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = new Translations(shift(level));
        }
    }

    private int shift(int level) {
        return shifts[level];
    }

    private long start(long page, int level) {
        return page & -(1L << shift(level));
    }

    /** The translation of a base page, as {@link Translations#get}; that of a block for the page within it. */
    long get(long page) {
        for (int level = 0; level < LEVELS; level++) {
            Translations entries = levels[level];
            if (entries.size() > 0) {
                long start = start(page, level);
                long value = entries.get(start);
                if (value != Translations.MISS) {
                    return Translations.advance(value, (page - start) >>> pageShift);
                }
            }
        }
        return Translations.MISS;
    }

    /** Caches an entry as the walk found it for a base page; returns the translation of that page. */
    long put(long page, long pte, boolean writable) {
        int level = blocks ? Pte.level(pte) : 0;
        long start = start(page, level);
        levels[level].put(start, Pte.frame(pte) - (int) ((page - start) >>> pageShift), writable);
        return Translations.advance(levels[level].get(start), (page - start) >>> pageShift);
    }

    /** Caches what another one has for a base page, in the same size. */
    void copy(TranslationCache from, long page) {
        for (int level = 0; level < LEVELS; level++) {
            long start = start(page, level);
            long value = from.levels[level].get(start);
            if (value != Translations.MISS) {
                levels[level].put(start, Translations.frame(value), Translations.isWritable(value));
                return;
            }
        }
    }

    /** Entries whose first page another one has no entry for. */
    int countMissingFrom(TranslationCache other) {
        int[] missing = {0};
        for (Translations entries : levels) {
            entries.visit(0, -1, (page, frame, writable) -> missing[0] += other.get(page) == Translations.MISS ? 1 : 0);
        }
        return missing[0];
    }

    /** Forgets what covers a base page. */
    void remove(long page) {
        for (int level = 0; level < LEVELS; level++) {
            levels[level].remove(start(page, level));
        }
    }

    /** Forgets every entry that overlaps {@code [start, end)}, and shows it; -1 as end means all. */
    void drop(long start, long end, EntryVisitor dropped) {
        for (Translations entries : levels) {
            entries.visit(start, end, (page, frame, writable) -> {
                entries.remove(page);
                dropped.entry(page, frame, writable);
            });
        }
    }

    /** Whether a huge page is held as one entry now. */
    boolean hasBlocks() {
        return levels[1].size() + levels[2].size() > 0;
    }

    void clear() {
        for (Translations entries : levels) {
            entries.clear();
        }
    }

    /** Entries; a block is one. */
    int size() {
        int size = 0;
        for (Translations entries : levels) {
            size += entries.size();
        }
        return size;
    }

    /** Visits what is cached of {@code [start, end)}: entries of base pages, then blocks, the latter page by page. */
    void visit(long start, long end, EntryVisitor visitor) {
        levels[0].visit(start, end, visitor);
        for (int level = 1; level < LEVELS; level++) {
            int pages = 1 << (shift(level) - pageShift);
            levels[level].visit(start, end, (block, frame, writable) -> {
                for (int i = 0; i < pages; i++) {
                    long page = block + ((long) i << pageShift);
                    if (Long.compareUnsigned(page, start & -(1L << pageShift)) >= 0
                            && Long.compareUnsigned(page, end) < 0) {
                        visitor.entry(page, frame + i, writable);
                    }
                }
            });
        }
    }
}
