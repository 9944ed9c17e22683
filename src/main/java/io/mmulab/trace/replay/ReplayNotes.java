package io.mmulab.trace.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where a replay had to help itself, and where it came out otherwise than the recording. */
final class ReplayNotes {
    private static final int KEPT = 20;
    private static final int MAX_NAMES = 64;

    private final List<ReplayReport.Difference> differences = new ArrayList<>();
    private final List<ReplayReport.ImplicitMapping> implicit = new ArrayList<>();
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

    void implicitMapping(long page, long pageSize) {
        implicitPages++;
        if (!implicit.isEmpty() && implicit.getLast().end() == page) {
            ReplayReport.ImplicitMapping last = implicit.removeLast();
            implicit.add(new ReplayReport.ImplicitMapping(last.start(), page + pageSize));
        } else if (implicit.size() < KEPT) {
            implicit.add(new ReplayReport.ImplicitMapping(page, page + pageSize));
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

    List<ReplayReport.ImplicitMapping> implicit() {
        return implicit;
    }

    Map<String, Long> notReplayed() {
        return notReplayed;
    }
}
