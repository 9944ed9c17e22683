package io.mmulab.invariant;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a file, or shared anonymous memory, should hold. */
final class ShadowFile {
    private static final int FIRST_BYTE = 0x10;

    private final Map<Long, Integer> content = new HashMap<>();
    private final Set<Long> uncertain = new HashSet<>();
    long pages;

    /** With pages of zeroes, or each with a byte of its own. */
    ShadowFile(long pages, boolean zeroed) {
        this.pages = pages;
        for (long i = 0; !zeroed && i < pages; i++) {
            content.put(i, (int) (FIRST_BYTE + (i & 0x7f)));
        }
    }

    int get(long index) {
        return content.getOrDefault(index, 0);
    }

    void put(long index, int value) {
        content.put(index, value);
        uncertain.remove(index);
    }

    void truncate(long to) {
        content.keySet().removeIf(index -> index >= to);
        pages = to;
    }

    void punch(long from, long count) {
        content.keySet().removeIf(index -> index >= from && index < from + count);
    }

    void mayBePunched(long index) {
        uncertain.add(index);
    }

    boolean isUncertain(long index) {
        return uncertain.contains(index);
    }
}
