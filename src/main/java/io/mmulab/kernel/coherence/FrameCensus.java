package io.mmulab.kernel.coherence;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;

/** Counts who maps and who holds each frame, and holds the counts against those of {@link Frames}. */
final class FrameCensus implements FrameHolder.Visitor {
    private final Frames frames;
    private final int end;
    private final int[] mapped;
    private final int[] mappedWhole;
    private final int[] references;
    /** Address space that maps an anonymous frame; the last one seen. */
    private final int[] anonIn;
    private final Map<Object, Set<Long>> sharedEntries = new HashMap<>();
    private int[] slots = new int[16];

    FrameCensus(Frames frames) {
        this.frames = frames;
        this.end = frames.highest();
        this.mapped = new int[end];
        this.mappedWhole = new int[end];
        this.references = new int[end];
        this.anonIn = new int[end];
    }

    /** An entry stands for a swap slot. */
    void standsFor(int slot) {
        if (slot >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(slot + 1, slots.length * 2));
        }
        slots[slot]++;
    }

    /** Entries that stand for a swap slot. */
    int entriesOf(int slot) {
        return slot < slots.length ? slots[slot] : 0;
    }

    /** Whether an entry of a shared table is seen for the first time, through whichever page table. */
    boolean firstSightOf(Object table, long offset) {
        return sharedEntries.computeIfAbsent(table, key -> new HashSet<>()).add(offset);
    }

    /** Whether the number can be a frame's. */
    boolean exists(int frame) {
        return frame > Frames.ZERO_PAGE && frame < end;
    }

    /** An entry of a base page maps a frame, and holds a reference to it. */
    void mapsPage(int frame) {
        mapped[frame]++;
        references[frames.head(frame)]++;
    }

    /** A huge entry maps a whole compound page, and holds one reference to it. */
    void mapsWhole(int head) {
        mappedWhole[head]++;
        references[head]++;
    }

    /** Whether this address space mapped the anonymous frame before. */
    boolean anonAgain(int mm, int frame) {
        boolean again = anonIn[frame] == mm;
        anonIn[frame] = mm;
        return again;
    }

    @Override
    public void holds(int frame, int count) {
        references[frames.head(frame)] += count;
    }

    /** When all have been counted. */
    void compare(Findings findings) {
        int inUse = 0;
        for (int frame = Frames.ZERO_PAGE + 1; frame < end; frame++) {
            int head = frames.head(frame);
            if (frame == head && !frames.isZeroPage(frame)) {
                String name = "frame " + frame;
                findings.same(AuditRule.REFCOUNT, 0, 0, name + ": refcount", references[frame],
                        frames.refcount(frame));
                boolean used = frames.refcount(frame) > 0 || frames.has(frame, Frames.HUGETLB);
                inUse += used ? frames.pages(frame) : 0;
            }
            if (!frames.isZeroPage(frame)) {
                mapcount(findings, frame, head);
            }
        }
        findings.same(AuditRule.FRAMES_IN_USE, 0, 0, "frames in use", inUse, frames.inUse());
    }

    /** Huge pages by pool. */
    void compare(List<Hstate> pools, Findings findings) {
        for (Hstate pool : pools) {
            long total = 0;
            long free = 0;
            for (int frame = Frames.ZERO_PAGE + 1; frame < end; frame++) {
                if (frames.has(frame, Frames.HUGETLB) && frames.head(frame) == frame
                        && frames.order(frame) == pool.order()) {
                    total++;
                    free += frames.refcount(frame) == 0 ? 1 : 0;
                }
            }
            findings.same(AuditRule.HUGETLB_POOL, 0, 0, pool + ": total", total, pool.total());
            findings.same(AuditRule.HUGETLB_POOL, 0, 0, pool + ": free", free, pool.free());
            if (pool.reserved() < 0 || pool.reserved() > free || pool.surplus() < 0 || pool.surplus() > total) {
                findings.add(AuditRule.HUGETLB_POOL, 0, 0, "%s: %d reserved and %d surplus of %d, %d free"
                        .formatted(pool, pool.reserved(), pool.surplus(), total, free));
            }
        }
    }

    private void mapcount(Findings findings, int frame, int head) {
        int counted = mapped[frame] + mappedWhole[head];
        if (frames.refcount(frame) > 0 || counted > 0) {
            findings.same(AuditRule.MAPCOUNT, 0, 0, "frame " + frame + ": mapcount", counted, frames.mapcount(frame));
        }
        if (frames.refcount(frame) > 0 && frames.has(frame, Frames.ANON_EXCLUSIVE)
                && (counted > 1 || !frames.has(frame, Frames.ANON))) {
            findings.add(AuditRule.EXCLUSIVE_IS_MAPPED_ONCE, 0, 0,
                    "frame " + frame + " is exclusive and mapped " + counted + " times");
        }
    }
}
