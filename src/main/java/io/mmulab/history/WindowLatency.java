package io.mmulab.history;

import org.jspecify.annotations.Nullable;

/**
 * Simulated nanoseconds between the start of a notifier window and its end.
 *
 * @param type notifier event of the windows
 * @param windows how many
 * @param min the shortest
 * @param p50 half of them are at most so long
 * @param p90 nine tenths of them are
 * @param p99 99 of 100 are
 * @param max the longest
 */
public record WindowLatency(@Nullable String type, long windows, long min, long p50, long p90, long p99, long max) {}
