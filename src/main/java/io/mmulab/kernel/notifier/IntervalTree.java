package io.mmulab.kernel.notifier;

import java.util.Arrays;

/**
 * {@code struct rb_root_cached} of an interval tree: subscriptions in the order of their first addresses, those with the same
 * one in the order of insertion. A sorted array with running maxima of the last addresses, so that a look-up is a binary
 * search; addresses are unsigned.
 */
final class IntervalTree {
    private MmuIntervalNotifier[] sorted = {};
    private long[] highestLast = {};

    int size() {
        return sorted.length;
    }

    MmuIntervalNotifier at(int position) {
        return sorted[position];
    }

    /** {@code interval_tree_iter_first}: position of the first that intersects {@code [start, last]}, or -1. */
    int first(long start, long last) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(highestLast[middle], start) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return from(low, start, last);
    }

    /** {@code interval_tree_iter_next}: position of the next one after {@code position}, or -1. */
    int next(int position, long start, long last) {
        return from(position + 1, start, last);
    }

    private int from(int position, long start, long last) {
        for (int i = position; i < sorted.length; i++) {
            if (Long.compareUnsigned(sorted[i].start(), last) > 0) {
                return -1;
            }
            if (Long.compareUnsigned(sorted[i].last(), start) >= 0) {
                return i;
            }
        }
        return -1;
    }

    void insert(MmuIntervalNotifier subscription) {
        int at = 0;
        while (at < sorted.length && Long.compareUnsigned(sorted[at].start(), subscription.start()) <= 0) {
            at++;
        }
        MmuIntervalNotifier[] longer = new MmuIntervalNotifier[sorted.length + 1];
        System.arraycopy(sorted, 0, longer, 0, at);
        longer[at] = subscription;
        System.arraycopy(sorted, at, longer, at + 1, sorted.length - at);
        replace(longer);
        subscription.setInTree(true);
    }

    void remove(MmuIntervalNotifier subscription) {
        replace(Arrays.stream(sorted).filter(other -> other != subscription).toArray(MmuIntervalNotifier[]::new));
        subscription.setInTree(false);
    }

    private void replace(MmuIntervalNotifier[] by) {
        long[] maxima = new long[by.length];
        long highest = 0;
        for (int i = 0; i < by.length; i++) {
            highest = Long.compareUnsigned(by[i].last(), highest) > 0 ? by[i].last() : highest;
            maxima[i] = highest;
        }
        sorted = by;
        highestLast = maxima;
    }
}
