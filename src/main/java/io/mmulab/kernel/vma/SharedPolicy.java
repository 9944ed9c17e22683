package io.mmulab.kernel.vma;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.paging.Frames;

/** {@code struct shared_policy}: which memory node the pages of a tmpfs file come from, whoever faults them in. */
final class SharedPolicy {
    private final List<Range> ranges = new ArrayList<>(0);

    private record Range(long first, long end, int node) {}

    /** {@code mpol_set_shared_policy}: pages {@code [first, end)} come from a node from now on. */
    void bind(long first, long end, int node) {
        List<Range> kept = new ArrayList<>();
        for (Range range : ranges) {
            if (range.first < Math.min(range.end, first)) {
                kept.add(new Range(range.first, Math.min(range.end, first), range.node));
            }
            if (Math.max(range.first, end) < range.end) {
                kept.add(new Range(Math.max(range.first, end), range.end, range.node));
            }
        }
        kept.add(new Range(first, end, node));
        ranges.clear();
        ranges.addAll(kept);
    }

    /** {@code mpol_shared_policy_lookup}: what {@link Frames#alloc} is to be told for a page. */
    int flags(long index) {
        for (Range range : ranges) {
            if (index >= range.first && index < range.end) {
                return range.node == 0 ? 0 : Frames.REMOTE_NODE;
            }
        }
        return 0;
    }
}
