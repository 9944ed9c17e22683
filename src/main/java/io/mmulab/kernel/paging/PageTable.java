package io.mmulab.kernel.paging;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One address space's page table: a radix tree of {@code long[]} tables from a pool that grows. An entry above the last
 * level holds {@link Pte#TABLE} and the index of the next table. A look-up remembers the last leaf table, so that walking
 * neighbours costs one comparison.
 *
 * <p>Reading is free for all; writing an entry is for {@code io.mmulab.kernel.pgtable} only.
 */
public final class PageTable {
    private static final long NO_BASE = -1;
    /** Level of the entries whose tables can be shared: PUDs. */
    private static final int SHARED_LEVEL = 2;

    private final int levels;
    private final int pageShift;
    private final int leafSpanShift;
    private final int leafMask;
    private final int[] levelShifts;
    private final int[] masks;
    private long[][] tables = new long[8][];
    private int[] freeTables = new int[8];
    private int freeCount;
    private int tableCount = 1;
    private int liveTables = 1;
    private long cachedBase = NO_BASE;
    private long[] cachedLeaf;
    private final Map<Integer, SharedTable> shared = new HashMap<>(0);
    private boolean everShared;

    /**
     * An empty table.
     *
     * @param pageShift log2 of the page size
     * @param levelBits log2 of the entries of a table of each level; the last is the root's
     */
    public PageTable(int pageShift, int... levelBits) {
        this.levels = levelBits.length;
        this.pageShift = pageShift;
        this.levelShifts = new int[levels + 1];
        this.masks = new int[levels];
        int shift = pageShift;
        for (int level = 0; level < levels; level++) {
            levelShifts[level] = shift;
            masks[level] = (1 << levelBits[level]) - 1;
            shift += levelBits[level];
        }
        levelShifts[levels] = shift;
        this.leafMask = masks[0];
        this.leafSpanShift = pageShift + levelBits[0];
        tables[0] = new long[masks[levels - 1] + 1];
        cachedLeaf = tables[0];
    }

    /** Levels, root included. */
    public int levels() {
        return levels;
    }

    /** log2 of the bytes that one entry of a level covers, level 0 being the last; of all for the number of levels. */
    public int levelShift(int level) {
        return levelShifts[level];
    }

    /** Entries of a table of the last level. */
    public int leafEntries() {
        return leafMask + 1;
    }

    private int slot(long address, int level) {
        return (int) (address >>> levelShifts[level]) & masks[level];
    }

    /**
     * The entry of an address; {@link Pte#NONE} where no table is. Within a huge page it is the huge entry as seen from this
     * base page: same bits, level included, and the frame of this page.
     */
    public long get(long address) {
        long[] leaf = leafOrNull(address);
        return leaf == null ? hugeView(address) : leaf[index(address)];
    }

    private long hugeView(long address) {
        long[] table = tables[0];
        for (int down = levels - 1; down > 0; down--) {
            long entry = table[slot(address, down)];
            if (entry == Pte.NONE) {
                return Pte.NONE;
            }
            if ((entry & Pte.TABLE) == 0) {
                long offset = address & ((1L << levelShift(down)) - 1);
                return entry + ((offset >>> pageShift) << Pte.FRAME_SHIFT);
            }
            table = tables[Pte.frame(entry)];
        }
        return Pte.NONE;
    }

    /**
     * The entry of a level, as it is: none, a huge leaf, or one with {@link Pte#TABLE}. None where the levels above have no
     * table.
     */
    public long entry(long address, int level) {
        if (level == 0) {
            long[] leaf = leafOrNull(address);
            return leaf == null ? Pte.NONE : leaf[index(address)];
        }
        long[] table = tables[0];
        for (int down = levels - 1; down > level; down--) {
            long entry = table[slot(address, down)];
            if ((entry & Pte.TABLE) == 0) {
                return Pte.NONE;
            }
            table = tables[Pte.frame(entry)];
        }
        return table[slot(address, level)];
    }

    /**
     * Writes a huge leaf, or none, at a level above the last, making the tables above it. A leaf table that is there must
     * have been taken out by {@link #detachLeafTable} before. Only the choke point calls this.
     */
    public void setEntry(long address, int level, long pte) {
        if (level == 0) {
            set(address, pte);
            return;
        }
        long[] table = tables[0];
        for (int down = levels - 1; down > level; down--) {
            table = next(table, address, down);
        }
        int slot = slot(address, level);
        if ((table[slot] & Pte.TABLE) != 0) {
            throw new IllegalStateException("a table is in the place of a huge entry");
        }
        table[slot] = pte;
    }

    /**
     * Gives the leaf of an address the bits of {@code pte}, whatever its level: for the hardware's accessed and dirty bits.
     * The frame stays.
     *
     * @param pte as {@link #get} returned it, with other bits
     */
    public void update(long address, long pte) {
        int level = Pte.level(pte);
        if (level == 0) {
            set(address, pte);
        } else {
            setEntry(address, level, Pte.withBitsOf(entry(address, level), pte));
        }
    }

    /** Whether the table that holds the entry of a level is there ({@code pmd_offset} would find one). */
    public boolean hasTable(long address, int level) {
        return level == levels - 1 || (entry(address, level + 1) & Pte.TABLE) != 0;
    }

    /** Makes the table that holds the entry of a level, empty, where none is ({@code pmd_alloc}, {@code pud_alloc}). */
    public void makeTable(long address, int level) {
        if (level == 0) {
            makeLeafTable(address);
            return;
        }
        long[] table = tables[0];
        for (int down = levels - 1; down > level; down--) {
            table = next(table, address, down);
        }
    }

    /**
     * {@code huge_pmd_share}: where no table of PMDs is, uses the one that another page table has for another address. What
     * one writes into it, all see.
     *
     * @return whether there was one to share, and room for it
     */
    public boolean shareTable(long address, PageTable from, long fromAddress) {
        long entry = from.entry(fromAddress, SHARED_LEVEL);
        if ((entry & Pte.TABLE) == 0 || entry(address, SHARED_LEVEL) != Pte.NONE) {
            return false;
        }
        SharedTable sharing = from.sharing(Pte.frame(entry));
        int index = newTable(SHARED_LEVEL - 1);
        tables[index] = from.tables[Pte.frame(entry)];
        shared.put(index, sharing);
        sharing.others++;
        everShared = true;
        from.everShared = true;
        setEntry(address, SHARED_LEVEL, Pte.of(index, Pte.TABLE));
        return true;
    }

    private SharedTable sharing(int index) {
        return shared.computeIfAbsent(index, key -> new SharedTable());
    }

    /** {@code ptdesc_pmd_is_shared}: whether others use the table of PMDs of an address, too. */
    public boolean isTableShared(long address) {
        return sharedTable(address) != null;
    }

    /** The identity of the table of PMDs of an address, the same for all who share it; null if nobody else uses it. */
    public @Nullable Object sharedTable(long address) {
        if (shared.isEmpty()) {
            return null;
        }
        long entry = entry(address, SHARED_LEVEL);
        SharedTable sharing = (entry & Pte.TABLE) == 0 ? null : shared.get(Pte.frame(entry));
        return sharing != null && sharing.others > 0 ? sharing : null;
    }

    /** Whether a table was ever used together with somebody else. */
    public boolean everShared() {
        return everShared;
    }

    /** {@code huge_pmd_unshare}: leaves a shared table of PMDs to the others. */
    public void unshareTable(long address) {
        int index = Pte.frame(entry(address, SHARED_LEVEL));
        SharedTable sharing = shared.remove(index);
        if (sharing == null) {
            throw new IllegalStateException("table is not shared");
        }
        sharing.others--;
        tables[index] = new long[masks[SHARED_LEVEL - 1] + 1];
        long[] parent = parentOf(address, SHARED_LEVEL);
        if (parent != null) {
            parent[slot(address, SHARED_LEVEL)] = Pte.NONE;
        }
        release(index);
        cachedBase = NO_BASE;
    }

    /** How many page tables use a table beside the first ({@code pt_share_count}). */
    private static final class SharedTable {
        private int others;
    }

    /** Makes the leaf table of an address, empty, where none is ({@code pte_alloc}). */
    public void makeLeafTable(long address) {
        leaf(address);
    }

    /**
     * Puts a leaf table in the place of a huge leaf: its entries are {@code first}, with a frame number that grows by
     * {@code frameStep} from entry to entry ({@code pmd_populate} of a table that was filled before). Only the choke point
     * calls this.
     */
    public void populate(long address, long first, int frameStep) {
        setEntry(address, 1, Pte.NONE);
        long[] table = leaf(address);
        for (int i = 0; i <= leafMask; i++) {
            table[i] = first + (((long) i * frameStep) << Pte.FRAME_SHIFT);
        }
    }

    /**
     * Hangs the table below an entry of a level elsewhere, with all that it holds ({@code move_normal_pmd}: level 1,
     * {@code move_normal_pud}: level 2). The tables above the destination must be there; nothing may be below its entry.
     * Only the choke point calls this.
     *
     * @return whether there was a table to move and room for it
     */
    public boolean moveTable(long from, long to, int level) {
        long entry = entry(from, level);
        long[] source = parentOf(from, level);
        if ((entry & Pte.TABLE) == 0 || source == null || entry(to, level) != Pte.NONE) {
            return false;
        }
        long[] target = tables[0];
        for (int down = levels - 1; down > level; down--) {
            target = next(target, to, down);
        }
        source[slot(from, level)] = Pte.NONE;
        target[slot(to, level)] = entry;
        cachedBase = NO_BASE;
        return true;
    }

    /** Takes the leaf table of an address out and frees it, whatever it holds ({@code pmdp_collapse_flush}). */
    public void detachLeafTable(long address) {
        long[] parent = parentOf(address, 1);
        int slot = slot(address, 1);
        if (parent == null || (parent[slot] & Pte.TABLE) == 0) {
            return;
        }
        int victim = Pte.frame(parent[slot]);
        Arrays.fill(tables[victim], Pte.NONE);
        parent[slot] = Pte.NONE;
        release(victim);
        cachedBase = NO_BASE;
    }

    /** Writes the entry of an address, making tables as needed. Only the choke point calls this. */
    public void set(long address, long pte) {
        leaf(address)[index(address)] = pte;
    }

    /** Whether a leaf table exists for the address. */
    public boolean hasLeaf(long address) {
        return leafOrNull(address) != null;
    }

    /**
     * The first address at or after {@code address}, below {@code end}, for which an entry of the given level (1 = one that
     * covers a leaf table) is populated; {@code end} if none is.
     */
    public long nextPopulated(long address, long end, int level) {
        long at = address;
        while (Long.compareUnsigned(at, end) < 0) {
            long[] table = tables[0];
            int down = levels - 1;
            while (down >= level) {
                long entry = table[slot(at, down)];
                if (entry == Pte.NONE) {
                    break;
                }
                if (down == level || (entry & Pte.TABLE) == 0) {
                    return at;
                }
                table = tables[Pte.frame(entry)];
                down--;
            }
            long step = 1L << levelShift(down);
            long next = (at & -step) + step;
            if (Long.compareUnsigned(next, end) >= 0 || next == 0) {
                return end;
            }
            at = next;
        }
        return end;
    }

    /** The first address at or after {@code address}, below {@code end}, with an entry; {@code end} if there is none. */
    public long nextEntry(long address, long end) {
        long at = address;
        while (at < end) {
            long[] leaf = leafOrNull(at);
            if (leaf == null) {
                at = nextPopulated(at, end, 1);
                if (at >= end) {
                    return end;
                }
                leaf = leafOrNull(at);
                if (leaf == null) {
                    return at;
                }
            }
            long span = 1L << leafSpanShift;
            long stop = Math.min(end, (at & -span) + span);
            while (at < stop) {
                if (leaf[index(at)] != Pte.NONE) {
                    return at;
                }
                at += 1L << pageShift;
            }
        }
        return end;
    }

    /** Tables in use, root included. */
    public int liveTables() {
        return liveTables;
    }

    /** Hears of each table that is freed. */
    public interface FreedTables {
        /**
         * One table.
         *
         * @param address the address that the kernel passes to {@code pte_free_tlb} and its like
         * @param level of the entry that pointed to it: 1 for a table of PTEs; the number of levels for a P4D that is folded
         *        into the root's entry, whether or not anything was there
         */
        void freed(long address, int level);
    }

    /**
     * {@code free_pgd_range()}: frees the tables that {@code [start, end)} needed and nothing else needs. Their entries are
     * none already.
     *
     * @param floor end of the mapping below, or 0
     * @param ceiling start of the mapping above, or 0 where there is none
     */
    public void free(long start, long end, long floor, long ceiling, FreedTables freed) {
        long span = 1L << levelShift(1);
        long from = start & -span;
        if (from < floor) {
            from += span;
        }
        long limit = ceiling & -span;
        if (ceiling != 0 && limit == 0) {
            return;
        }
        long to = end - 1 > limit - 1 && limit != 0 ? end - span : end;
        if (from > to - 1) {
            return;
        }
        freeBelow(levels - 1, from, to, floor, limit, freed);
        cachedBase = NO_BASE;
    }

    /** Frees what is below the entries of a level in {@code [start, end)}. */
    private void freeBelow(int level, long start, long end, long floor, long ceiling, FreedTables freed) {
        long span = 1L << levelShift(level);
        for (long at = start; at < end; at = (at & -span) + span) {
            boolean table = (entry(at, level) & Pte.TABLE) != 0;
            if (!table && level < levels - 1) {
                continue;
            }
            if (level == 1) {
                dropTable(at, 1, at, freed);
                continue;
            }
            long next = Math.min(end, (at & -span) + span);
            if (table) {
                freeBelow(level - 1, at, next, floor, ceiling, freed);
            }
            long base = at & -span;
            long limit = ceiling & -span;
            boolean otherAbove = ceiling != 0 && (limit == 0 || next - 1 > limit - 1);
            if (base < floor || otherAbove) {
                continue;
            }
            if (table) {
                dropTable(at, level, base, freed);
            }
            if (level == levels - 1) {
                freed.freed(base, levels);
            }
        }
    }

    private void dropTable(long base, int level, long named, FreedTables freed) {
        long[] parent = parentOf(base, level);
        if (parent == null) {
            return;
        }
        int slot = slot(base, level);
        if ((parent[slot] & Pte.TABLE) == 0) {
            return;
        }
        int victim = Pte.frame(parent[slot]);
        for (long entry : tables[victim]) {
            if (entry != Pte.NONE) {
                return;
            }
        }
        parent[slot] = Pte.NONE;
        release(victim);
        freed.freed(named, level);
    }

    private void release(int victim) {
        if (!shared.isEmpty()) {
            shared.remove(victim);
        }
        if (freeCount == freeTables.length) {
            freeTables = Arrays.copyOf(freeTables, freeCount * 2);
        }
        freeTables[freeCount++] = victim;
        liveTables--;
    }

    private long @org.jspecify.annotations.Nullable [] parentOf(long address, int level) {
        long[] table = tables[0];
        for (int down = levels - 1; down > level; down--) {
            long entry = table[slot(address, down)];
            if ((entry & Pte.TABLE) == 0) {
                return null;
            }
            table = tables[Pte.frame(entry)];
        }
        return table[slot(address, level)] == Pte.NONE ? null : table;
    }

    private int index(long address) {
        return (int) (address >>> pageShift) & leafMask;
    }

    private long @org.jspecify.annotations.Nullable [] leafOrNull(long address) {
        long base = address >>> leafSpanShift;
        if (base == cachedBase) {
            return cachedLeaf;
        }
        long[] table = tables[0];
        for (int down = levels - 1; down > 0; down--) {
            long entry = table[slot(address, down)];
            if ((entry & Pte.TABLE) == 0) {
                return null;
            }
            table = tables[Pte.frame(entry)];
        }
        cachedBase = base;
        cachedLeaf = table;
        return table;
    }

    private long[] leaf(long address) {
        long[] found = leafOrNull(address);
        if (found != null) {
            return found;
        }
        long[] table = tables[0];
        for (int down = levels - 1; down > 0; down--) {
            table = next(table, address, down);
        }
        cachedBase = address >>> leafSpanShift;
        cachedLeaf = table;
        return table;
    }

    /** The table below an entry of a level, made if none is there. */
    private long[] next(long[] table, long address, int level) {
        int slot = slot(address, level);
        if (table[slot] == Pte.NONE) {
            table[slot] = Pte.of(newTable(level - 1), Pte.TABLE);
        } else if ((table[slot] & Pte.TABLE) == 0) {
            throw new IllegalStateException("a huge entry is in the place of a table");
        }
        return tables[Pte.frame(table[slot])];
    }

    private int newTable(int level) {
        liveTables++;
        int entries = masks[level] + 1;
        if (freeCount > 0) {
            int index = freeTables[--freeCount];
            if (tables[index].length != entries) {
                tables[index] = new long[entries];
            }
            return index;
        }
        if (tableCount == tables.length) {
            tables = Arrays.copyOf(tables, tableCount * 2);
        }
        tables[tableCount] = new long[entries];
        return tableCount++;
    }
}
