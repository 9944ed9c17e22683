package io.mmulab.kernel.coherence;

import java.util.ArrayList;
import java.util.List;

/** What one fault has changed so far. */
final class FaultWatch {
    final int mm;
    final long page;
    /** Whether something was taken away within the newest window. */
    boolean lostSinceWindow;
    /** A page comes back from a device: try_to_migrate() opens a window in each VMA that may map it, the fault's own too. */
    boolean bringsBack;

    private record Range(long start, long end) {}

    private final List<Range> changed = new ArrayList<>();

    FaultWatch(int mm, long address) {
        this.mm = mm;
        this.page = address;
    }

    /** An entry that was present is another one now, or none. */
    void changed(long start, long end, boolean lost) {
        changed.add(new Range(start, end));
        lostSinceWindow |= lost;
    }

    void window() {
        lostSinceWindow = false;
    }

    /** Whether such an entry lies in a range; an end of -1 is the end of everything. */
    boolean changedIn(long start, long end) {
        return changed.stream().anyMatch(range -> range.end > start && (end == -1 || range.start < end));
    }
}
