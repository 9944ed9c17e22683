package io.mmulab.history;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.function.IntFunction;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventSink;

/** Counts a chunk's rows by kind and subscriber. */
final class EventTotals {
    private static final int SUBSCRIBER_BITS = 20;
    private static final long PAGE = 4096;

    private long[] keys = new long[128];
    private long[] events = new long[128];
    private long[] entries = new long[128];
    private long[] pages = new long[128];
    private int used;

    /** Counts all rows. */
    EventTotals(EventColumns rows, int[] kinds) {
        for (int i = 0; i < rows.size(); i++) {
            add(key(kinds[i], rows.subscriber(i)), rows.entries(i), pages(rows.start(i), rows.end(i)));
        }
    }

    /** 4 KiB pages of a range; none for one that means a whole address space. */
    static long pages(long start, long end) {
        return EventCell.of(start, end) == EventCell.WHOLE ? 0 : (end - start + PAGE - 1) / PAGE;
    }

    private static long key(int kind, int subscriber) {
        return ((long) kind << SUBSCRIBER_BITS) | (subscriber + 1);
    }

    private void add(long key, long dropped, long touched) {
        if (used * 2 >= keys.length) {
            grow();
        }
        int at = slot(key);
        if (events[at] == 0) {
            keys[at] = key;
            used++;
        }
        events[at]++;
        entries[at] += dropped;
        pages[at] += touched;
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int at = (int) ((key * 0x9e3779b97f4a7c15L) >>> 40) & mask;
        while (events[at] != 0 && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldEvents = events;
        long[] oldEntries = entries;
        long[] oldPages = pages;
        int capacity = keys.length * 2;
        keys = new long[capacity];
        events = new long[capacity];
        entries = new long[capacity];
        pages = new long[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldEvents[i] != 0) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                events[at] = oldEvents[i];
                entries[at] = oldEntries[i];
                pages[at] = oldPages[i];
            }
        }
    }

    /** Gives all counts, in order of key: writers that meet take the same order. */
    void forEach(IntFunction<String> deviceNames, Consumer consumer) throws SQLException {
        long[] sorted = new long[used];
        int n = 0;
        for (int i = 0; i < keys.length; i++) {
            if (events[i] != 0) {
                sorted[n++] = keys[i];
            }
        }
        Arrays.sort(sorted);
        for (long key : sorted) {
            int at = slot(key);
            int subscriber = (int) (key & ((1 << SUBSCRIBER_BITS) - 1)) - 1;
            consumer.accept((int) (key >>> SUBSCRIBER_BITS),
                    subscriber == EventSink.NO_SUBSCRIBER ? "" : deviceNames.apply(subscriber), events[at], entries[at],
                    pages[at]);
        }
    }

    /** Takes one count. */
    @FunctionalInterface
    interface Consumer {
        /** One count; the subscriber is empty for calls. */
        void accept(int kind, String subscriber, long events, long entries, long pages) throws SQLException;
    }
}
