package io.mmulab.conformance;

import java.util.Map;

/**
 * A VMA as {@code /proc/PID/smaps} shows it.
 *
 * @param start first byte
 * @param end exclusive
 * @param attributes perm, off, file, flags, thpe and the counters that are not 0, as {@code kb.Rss}
 */
record VmaState(long start, long end, Map<String, String> attributes) {}
