package io.mmulab.device;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuIntervalNotifier;
import io.mmulab.kernel.notifier.MmuIntervalNotifierOps;
import io.mmulab.kernel.notifier.MmuNotifiers;

/**
 * How a device knows that an invalidation has come between looking and installing: by the sequence of an interval, one a block
 * of addresses, or by counting windows, or not at all.
 */
final class MirrorSequence {
    private static final long PAGE_MASK_LENGTH = -4096;

    private final int id;
    private final MmuNotifiers notifiers;
    private final MmuIntervalNotifierOps ops;
    private final boolean byInterval;
    private final long intervalBytes;
    private final Invalidations windows = new Invalidations();
    private final TreeMap<Long, MmuIntervalNotifier> intervals = new TreeMap<>();
    private long seen;

    MirrorSequence(int id, MmuNotifiers notifiers, MmuIntervalNotifierOps ops, DeviceDesign design) {
        this.id = id;
        this.notifiers = notifiers;
        this.ops = ops;
        this.byInterval = design.hearing().interval();
        this.intervalBytes = design.intervalBytes();
    }

    /** Counts of windows, for a device that has start and end. */
    Invalidations windows() {
        return windows;
    }

    /**
     * Before a device looks at a page table: waits until nothing is being invalidated, and remembers where it began.
     *
     * @return false if it would wait for ever, or the address space is gone
     */
    boolean begin(AddressSpace mm, long address) {
        if (!byInterval) {
            seen = windows.sequence();
            return true;
        }
        MmuIntervalNotifier interval = subscribe(mm, address);
        if (interval == null) {
            return false;
        }
        seen = notifiers.readBegin(interval);
        return seen != MmuNotifiers.NEVER;
    }

    long seen() {
        return seen;
    }

    /** The subscription over an address, or null if there is none. */
    @Nullable
    MmuIntervalNotifier interval(long address) {
        return byInterval ? intervals.get(first(address)) : null;
    }

    /** Under the device's lock: whether what was seen since {@link #begin} may be out of date. */
    boolean retry(long address) {
        MmuIntervalNotifier interval = interval(address);
        return interval == null ? windows.retry(seen) : interval.readRetry(seen);
    }

    /** Subscribes to everything at once, where that is one interval. Returns 0 or a negative errno. */
    int open(AddressSpace mm) {
        return byInterval && intervalBytes == 0 ? insert(mm, 0, PAGE_MASK_LENGTH) : 0;
    }

    private @Nullable MmuIntervalNotifier subscribe(AddressSpace mm, long address) {
        long first = first(address);
        if (!intervals.containsKey(first)) {
            insert(mm, first, intervalBytes);
        }
        return intervals.get(first);
    }

    private int insert(AddressSpace mm, long first, long length) {
        MmuIntervalNotifier interval = new MmuIntervalNotifier(id, ops);
        int error = notifiers.insertInterval(mm.subscriptions(), interval, first, length);
        if (error == 0) {
            intervals.put(first, interval);
        }
        return error;
    }

    private long first(long address) {
        return intervalBytes == 0 ? 0 : address & -intervalBytes;
    }

    /** Leaves all intervals. */
    void close() {
        for (Map.Entry<Long, MmuIntervalNotifier> each : intervals.entrySet()) {
            notifiers.removeInterval(each.getValue());
        }
        intervals.clear();
    }

    /** Intervals that are subscribed. */
    int intervals() {
        return intervals.size();
    }
}
