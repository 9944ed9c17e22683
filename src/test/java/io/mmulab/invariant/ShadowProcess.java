package io.mmulab.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What one process should find in its memory, by page address, and what its guest sees of it. */
final class ShadowProcess {
    static final long PAGE = 4096;

    /** Guest pages from one on stand for host pages from an address on. */
    record Slot(long guestPage, long pages, long host) {}

    final TreeMap<Long, ShadowPage> pages = new TreeMap<>();
    final List<Slot> slots = new ArrayList<>();

    ShadowProcess fork() {
        ShadowProcess child = new ShadowProcess();
        pages.forEach((address, page) -> {
            if (page.dontCopy && !page.unknownFork) {
                return;
            }
            ShadowPage copy = page.copy();
            if (page.wipe) {
                copy.reset();
            }
            if (page.unknownFork) {
                copy.unknown = true;
            }
            child.pages.put(address, copy);
        });
        return child;
    }

    /** The pages of {@code [start, end)}. */
    Iterable<ShadowPage> in(long start, long end) {
        return start >= end ? List.of() : pages.subMap(start & -PAGE, true, end, false).values();
    }

    void clear(long start, long end) {
        pages.subMap(start & -PAGE, true, end, false).clear();
    }

    /** The host address of a guest page, or -1. */
    long host(long guestPage) {
        for (Slot slot : slots) {
            if (guestPage >= slot.guestPage && guestPage < slot.guestPage + slot.pages) {
                return slot.host + (guestPage - slot.guestPage) * PAGE;
            }
        }
        return -1;
    }
}
