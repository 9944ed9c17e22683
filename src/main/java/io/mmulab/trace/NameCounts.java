package io.mmulab.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** Counts names that lie in a buffer, without making a String of each; the number of different names is bounded. */
final class NameCounts {

    private static final int SLOTS = 2 * TraceStatistics.MAX_NAMES;
    private static final int MAX_NAME = 64;

    private final byte[] @Nullable [] names = new byte[SLOTS] @Nullable [];
    private final long[] counts = new long[SLOTS];
    private int size;
    private long rest;

    void add(final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        add(bytes, 0, bytes.length);
    }

    void add(final byte[] bytes, final int from, final int to) {
        final int end = Math.min(to, from + MAX_NAME);
        int hash = 0;
        for (int i = from; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        for (byte[] name = names[slot]; name != null; name = names[slot]) {
            if (Arrays.equals(name, 0, name.length, bytes, from, end)) {
                counts[slot]++;
                return;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        if (size == TraceStatistics.MAX_NAMES) {
            rest++;
            return;
        }
        names[slot] = Arrays.copyOfRange(bytes, from, end);
        counts[slot] = 1;
        size++;
    }

    Map<String, Long> toMap() {
        final Map<String, Long> map = new HashMap<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            final byte[] name = names[slot];
            if (name != null) {
                map.merge(new String(name, StandardCharsets.ISO_8859_1), counts[slot], Long::sum);
            }
        }
        if (rest > 0) {
            map.put("(rest)", rest);
        }
        return map;
    }
}
