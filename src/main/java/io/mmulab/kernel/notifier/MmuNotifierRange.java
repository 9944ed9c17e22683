package io.mmulab.kernel.notifier;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;

/** {@code struct mmu_notifier_range}: one start..end window. Reused by its owner; valid until its end returns. */
public final class MmuNotifierRange {
    /** The owner of a range that nobody may ignore. */
    public static final int NO_OWNER = 0;

    private MmuNotifierSubscriptions subscriptions = MmuNotifierSubscriptions.NOBODY;
    private EventType event = EventType.CLEAR;
    private Cause cause = Cause.OPERATION_RETURNED;
    private long start;
    private long end;
    private boolean blockable = true;
    private int owner;

    MmuNotifierRange set(MmuNotifierSubscriptions of, EventType type, long from, long to, Cause why) {
        subscriptions = of;
        event = type;
        start = from;
        end = to;
        cause = why;
        blockable = true;
        owner = NO_OWNER;
        return this;
    }

    void setBlockable(boolean mayBlock) {
        blockable = mayBlock;
    }

    void setOwner(int device) {
        owner = device;
    }

    MmuNotifierSubscriptions subscriptions() {
        return subscriptions;
    }

    /** Id of the address space. */
    public int mm() {
        return subscriptions.mm();
    }

    /** {@code range->event}. */
    public EventType event() {
        return event;
    }

    /** {@code mmu_notifier_range_blockable}: whether callbacks may sleep. */
    public boolean blockable() {
        return blockable;
    }

    /**
     * {@code range->owner}, of MIGRATE and EXCLUSIVE: the device that asked for it and need not be told, or
     * {@link #NO_OWNER}.
     */
    public int owner() {
        return owner;
    }

    /** The kernel function that opened the window. */
    public Cause cause() {
        return cause;
    }

    /** First byte. */
    public long start() {
        return start;
    }

    /** End, exclusive; -1 for the whole address space. */
    public long end() {
        return end;
    }

    /** Whether an address lies in the window. */
    public boolean covers(long address) {
        return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }
}
