package io.mmulab.kernel.coherence;

import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;

/** Visits everything that is in a page table, by address, knowing nothing of VMAs. */
final class PageTableWalk {
    /** Sees tables and entries. */
    interface Visitor {
        /** A table below the root: what it covers, and its number in the pool. */
        void table(long start, long end, int number);

        /**
         * An entry that is neither none nor a table.
         *
         * @param level 0 for one of a base page
         */
        void entry(long address, int level, long pte);
    }

    private final PageTable table;
    private final Visitor visitor;
    private final long end;

    private PageTableWalk(PageTable table, long end, Visitor visitor) {
        this.table = table;
        this.end = end;
        this.visitor = visitor;
    }

    /** Walks user addresses up to {@code end}. */
    static void walk(PageTable table, long end, Visitor visitor) {
        new PageTableWalk(table, end, visitor).level(0, end, table.levels() - 1);
    }

    private void level(long from, long to, int level) {
        long span = 1L << table.levelShift(level);
        long at = level == 0 ? table.nextEntry(from, to) : from;
        while (at < to) {
            long pte = table.entry(at, level);
            if ((pte & Pte.TABLE) != 0 && level > 0) {
                visitor.table(at, at + span, Pte.frame(pte));
                level(at, Math.min(end, at + span), level - 1);
            } else if (pte != Pte.NONE) {
                visitor.entry(at, level, pte);
            }
            at = level == 0 ? table.nextEntry(at + span, to) : at + span;
        }
    }
}
