package io.mmulab.kernel.hugetlb;

import java.util.Arrays;

/**
 * {@code struct resv_map}: a set of huge-page offsets, kept as sorted, disjoint half-open regions {@code [from, to)} that do
 * not touch. For a file it holds the offsets that were ever reserved; for a private mapping those whose reservation is
 * consumed.
 */
final class ResvMap {
    private long[] from = new long[4];
    private long[] to = new long[4];
    private int regions;
    private int references = 1;

    /** {@code kref_get}. */
    void get() {
        references++;
    }

    /** {@code kref_put}: the last one empties it. */
    void put() {
        if (--references == 0) {
            regions = 0;
        }
    }

    /** {@code region_chg}: how many offsets of {@code [first, end)} are not in the set. */
    long missing(long first, long end) {
        return end - first - count(first, end);
    }

    /** {@code region_count}: how many offsets of {@code [first, end)} are in the set. */
    long count(long first, long end) {
        long found = 0;
        for (int i = 0; i < regions; i++) {
            found += Math.max(0, Math.min(end, to[i]) - Math.max(first, from[i]));
        }
        return found;
    }

    /** {@code region_add}: adds {@code [first, end)}; returns how many were not there. */
    long add(long first, long end) {
        long added = missing(first, end);
        int low = 0;
        while (low < regions && to[low] < first) {
            low++;
        }
        int high = low;
        long newFrom = first;
        long newTo = end;
        while (high < regions && from[high] <= end) {
            newFrom = Math.min(newFrom, from[high]);
            newTo = Math.max(newTo, to[high]);
            high++;
        }
        replace(low, high, newFrom, newTo);
        return added;
    }

    /** {@code region_del}: removes {@code [first, end)}; returns how many were there. */
    long remove(long first, long end) {
        long removed = count(first, end);
        int i = 0;
        while (i < regions) {
            long left = from[i];
            long right = to[i];
            if (right <= first || left >= end) {
                i++;
            } else if (left >= first && right <= end) {
                delete(i, i + 1);
            } else if (left < first && right > end) {
                to[i] = first;
                insert(i + 1, end, right);
                i += 2;
            } else if (left < first) {
                to[i++] = first;
            } else {
                from[i++] = end;
            }
        }
        return removed;
    }

    private void replace(int low, int high, long newFrom, long newTo) {
        delete(low, high);
        insert(low, newFrom, newTo);
    }

    private void delete(int low, int high) {
        System.arraycopy(from, high, from, low, regions - high);
        System.arraycopy(to, high, to, low, regions - high);
        regions -= high - low;
    }

    private void insert(int at, long newFrom, long newTo) {
        if (regions == from.length) {
            from = Arrays.copyOf(from, regions * 2);
            to = Arrays.copyOf(to, regions * 2);
        }
        System.arraycopy(from, at, from, at + 1, regions - at);
        System.arraycopy(to, at, to, at + 1, regions - at);
        from[at] = newFrom;
        to[at] = newTo;
        regions++;
    }
}
