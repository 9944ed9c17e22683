package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.lock.WaitCondition;

/**
 * {@code struct mmu_interval_notifier}: a subscription to an interval of an address space, with a sequence number by which a
 * driver that sleeps while it fills its table learns whether an invalidation has come in between:
 *
 * <pre>
 * again:
 *   seq = notifiers.readBegin(subscription)
 *   fault the pages in and collect them, which may sleep
 *   take the driver's lock
 *   if subscription.readRetry(seq): drop the lock, again
 *   fill the device's table
 *   drop the lock
 * </pre>
 */
public final class MmuIntervalNotifier implements WaitCondition {
    private final int id;
    private final MmuIntervalNotifierOps ops;
    private @Nullable MmuNotifierSubscriptions subscriptions;
    private long start;
    private long last;
    private long invalidateSeq;
    private boolean inTree;
    private boolean deferred;

    /**
     * Not yet inserted.
     *
     * @param id number of the subscriber within the machine
     */
    public MmuIntervalNotifier(int id, MmuIntervalNotifierOps ops) {
        this.id = id;
        this.ops = ops;
    }

    /** Number of the subscriber within the machine. */
    public int id() {
        return id;
    }

    MmuIntervalNotifierOps ops() {
        return ops;
    }

    void place(MmuNotifierSubscriptions of, long from, long to) {
        subscriptions = of;
        start = from;
        last = to;
        inTree = false;
        deferred = false;
    }

    MmuNotifierSubscriptions subscriptions() {
        MmuNotifierSubscriptions of = subscriptions;
        if (of == null) {
            throw new IllegalStateException("an interval subscription that was never inserted");
        }
        return of;
    }

    /** First address of the interval. */
    public long start() {
        return start;
    }

    /** Last address of the interval, inclusive. */
    public long last() {
        return last;
    }

    boolean isInTree() {
        return inTree;
    }

    void setInTree(boolean in) {
        inTree = in;
    }

    /** Whether its insertion or removal waits for the end of the running invalidations. */
    boolean isDeferred() {
        return deferred;
    }

    void setDeferred(boolean waits) {
        deferred = waits;
    }

    /** {@code mmu_interval_set_seq}: from {@code invalidate}, with what it was given. */
    public void setSeq(long currentSeq) {
        invalidateSeq = currentSeq;
    }

    /** {@code invalidate_seq} of the subscription: always odd. */
    public long seq() {
        return invalidateSeq;
    }

    /** {@code mmu_interval_read_retry}: under the driver's lock, whether an invalidation has come since {@code seq}. */
    public boolean readRetry(long seq) {
        return invalidateSeq != seq;
    }

    /** {@code mmu_interval_check_retry}: a hint without the lock; only true is reliable. */
    public boolean checkRetry(long seq) {
        return invalidateSeq != seq;
    }

    /** What {@code mmu_interval_read_begin} sleeps for: the invalidation that it ran into is over. */
    @Override
    public boolean holds() {
        return subscriptions().invalidateSeq() != invalidateSeq;
    }
}
