package io.mmulab.kernel.notifier;

import java.util.Arrays;

/**
 * {@code struct mmu_notifier_subscriptions}: the subscribers of one address space, newest first. Once the first one has
 * registered the container stays until the address space is gone, and calls count as calls even when nobody listens.
 */
public final class MmuNotifierSubscriptions {
    static final MmuNotifierSubscriptions NOBODY = new MmuNotifierSubscriptions(0);

    private final int mm;
    private MmuNotifier[] list = new MmuNotifier[0];
    private boolean allocated;

    /** For the address space of that id. */
    public MmuNotifierSubscriptions(int mm) {
        this.mm = mm;
    }

    /** Id of the address space. */
    public int mm() {
        return mm;
    }

    /** {@code mm_has_notifiers}: whether anybody ever registered. */
    public boolean everRegistered() {
        return allocated;
    }

    /** Whether a subscriber with range start/end listens now. */
    public boolean hasRangeSubscriber() {
        for (MmuNotifier subscriber : list) {
            if (subscriber.hasRangeOps()) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return list.length;
    }

    MmuNotifier get(int position) {
        return list[position];
    }

    void add(MmuNotifier subscriber) {
        MmuNotifier[] longer = new MmuNotifier[list.length + 1];
        longer[0] = subscriber;
        System.arraycopy(list, 0, longer, 1, list.length);
        list = longer;
        allocated = true;
    }

    boolean remove(MmuNotifier subscriber) {
        int left = list.length;
        list = Arrays.stream(list).filter(other -> other.id() != subscriber.id()).toArray(MmuNotifier[]::new);
        return list.length < left;
    }

    MmuNotifier[] removeAll() {
        MmuNotifier[] all = list;
        list = new MmuNotifier[0];
        return all;
    }
}
