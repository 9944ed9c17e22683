package io.mmulab.device;

/** What invalidation commands cover: a range, or everything. Filled by {@link Granularity}, reused by its owner. */
final class Extent {
    private long start;
    private long end;
    private long commands;
    private boolean all;

    /** Commands that name addresses and together cover {@code [from, to)}. */
    void range(long from, long to, long count) {
        start = from;
        end = to;
        commands = count;
        all = false;
    }

    /** One command for the whole address space. */
    void everything() {
        everythingBy(1);
    }

    /** Commands of which one happens to cover the whole address space. */
    void everythingBy(long count) {
        start = 0;
        end = -1;
        commands = count;
        all = true;
    }

    /** First byte. */
    long start() {
        return start;
    }

    /** End, exclusive; -1 for everything. */
    long end() {
        return end;
    }

    /** Commands that it takes, at least 1. */
    long commands() {
        return commands;
    }

    /** Whether the whole address space is covered. */
    boolean isAll() {
        return all;
    }
}
