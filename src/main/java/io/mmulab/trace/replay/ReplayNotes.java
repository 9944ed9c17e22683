package io.mmulab.trace.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where a replay had to help itself, and where it came out otherwise than the recording. */
final class ReplayNotes {
    private static final int KEPT = 20;
    private static final int MAX_NAMES = 64;
    private static final int MAX_KEPT_PAGES = 4096;

    private final List<ReplayReport.Difference> differences = new ArrayList<>();
    private final TreeSet<Long> implicit = new TreeSet<>();
    private final Map<String, Long> notReplayed = new TreeMap<>();
    private long differenceCount;
    private long implicitPages;

    void compare(long line, String call, long recorded, long simulated) {
        if (recorded == simulated) {
            return;
        }
        differenceCount++;
        if (differences.size() < KEPT) {
            differences.add(new ReplayReport.Difference(line, call, recorded, simulated));
        }
    }

    void implicitMapping(long page) {
        implicitPages++;
        if (implicit.size() < MAX_KEPT_PAGES) {
            implicit.add(page);
        }
    }

    void notReplayed(String what) {
        if (notReplayed.size() < MAX_NAMES || notReplayed.containsKey(what)) {
            notReplayed.merge(what, 1L, Long::sum);
        }
    }

    long differenceCount() {
        return differenceCount;
    }

    List<ReplayReport.Difference> differences() {
        return differences;
    }

    long implicitPages() {
        return implicitPages;
    }

    /** Neighbours joined, the lowest first. */
    List<ReplayReport.ImplicitMapping> implicit(long pageSize) {
        List<ReplayReport.ImplicitMapping> ranges = new ArrayList<>();
        for (long page : implicit) {
            if (!ranges.isEmpty() && ranges.getLast().end() == page) {
                long start = ranges.removeLast().start();
                ranges.add(new ReplayReport.ImplicitMapping(start, page + pageSize));
            } else {
                ranges.add(new ReplayReport.ImplicitMapping(page, page + pageSize));
            }
        }
        return ranges.size() > KEPT ? ranges.subList(0, KEPT) : ranges;
    }

    Map<String, Long> notReplayed() {
        return notReplayed;
    }
}
