package io.mmulab.kernel.notifier;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;

import org.jspecify.annotations.Nullable;

/**
 * {@code struct mmu_notifier_subscriptions}: the subscribers of one address space, newest first, and the tree of those that
 * want an interval. Once the first one has registered the container stays until the address space is gone, and calls count
 * as calls even when nobody listens.
 */
public final class MmuNotifierSubscriptions {
    static final MmuNotifierSubscriptions NOBODY = new MmuNotifierSubscriptions(0);

    private static final long FIRST_SEQ = 2;

    private final int mm;
    private final IntervalTree itree = new IntervalTree();
    private final Deque<MmuIntervalNotifier> deferredList = new ArrayDeque<>();
    private MmuNotifier[] list = new MmuNotifier[0];
    private final IdentityHashMap<MmuNotifier, Integer> users = new IdentityHashMap<>();
    private boolean allocated;
    private boolean hasItree;
    private boolean usersGone;
    private boolean destroyed;
    private int mmCount = 1;
    private long invalidateSeq = FIRST_SEQ;
    private int activeInvalidateRanges;

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

    /** {@code __mmu_notifier_subscriptions_destroy} has run: the last reference to the address space is gone. */
    public boolean isDestroyed() {
        return destroyed;
    }

    /** Whether somebody who must be told before a change in {@code [start, end)} listens now. */
    public boolean hasRangeSubscriber(long start, long end) {
        for (MmuNotifier subscriber : list) {
            if (subscriber.hasRangeStart()) {
                return true;
            }
        }
        return hasItree && itree.first(start, end - 1) >= 0;
    }

    // --- the container's life ---

    void allocate() {
        allocated = true;
    }

    boolean hasItree() {
        return hasItree;
    }

    void setHasItree() {
        allocated = true;
        hasItree = true;
    }

    /** {@code mm_users} is 0: nobody may register any more. */
    boolean usersGone() {
        return usersGone;
    }

    void setUsersGone() {
        usersGone = true;
    }

    /** {@code mmgrab}. */
    void grab() {
        mmCount++;
    }

    /** {@code mmdrop}. */
    void drop() {
        if (--mmCount == 0) {
            if (list.length > 0) {
                throw new IllegalStateException("BUG: an address space goes that still has subscribers");
            }
            destroyed = true;
        }
    }

    // --- the list ---

    /** Newest first; never changed in place, so that a caller may go on with what it has. */
    MmuNotifier[] list() {
        return list;
    }

    void add(MmuNotifier subscriber) {
        MmuNotifier[] longer = new MmuNotifier[list.length + 1];
        longer[0] = subscriber;
        System.arraycopy(list, 0, longer, 1, list.length);
        list = longer;
        users.put(subscriber, 1);
    }

    /** Whether a subscriber is in the list: it leaves with the address space, and its users may still have to put it. */
    boolean lists(MmuNotifier subscriber) {
        return Arrays.asList(list).contains(subscriber);
    }

    /** The subscriber that was made by these ops, or null. */
    @SuppressWarnings("ReferenceEquality") // the kernel compares pointers
    @Nullable
    MmuNotifier find(MmuNotifierOps ops) {
        for (MmuNotifier subscriber : list) {
            if (subscriber.ops() == ops) {
                return subscriber;
            }
        }
        return null;
    }

    /** {@code mn->users}, unsigned. */
    int users(MmuNotifier subscriber) {
        return users.getOrDefault(subscriber, 0);
    }

    void setUsers(MmuNotifier subscriber, int count) {
        users.put(subscriber, count);
    }

    /** {@code hlist_del_init}. */
    @SuppressWarnings("ReferenceEquality") // a subscriber is itself
    void remove(MmuNotifier subscriber) {
        list = Arrays.stream(list).filter(other -> other != subscriber).toArray(MmuNotifier[]::new);
    }

    void removeAll() {
        list = new MmuNotifier[0];
    }

    // --- the tree and its sequence ---

    IntervalTree itree() {
        return itree;
    }

    Deque<MmuIntervalNotifier> deferredList() {
        return deferredList;
    }

    /** {@code invalidate_seq}: odd while a window over a subscribed interval is open. */
    public long invalidateSeq() {
        return invalidateSeq;
    }

    void setInvalidateSeq(long seq) {
        invalidateSeq = seq;
    }

    /** {@code mn_itree_is_invalidating}. */
    boolean isInvalidating() {
        return (invalidateSeq & 1) != 0;
    }

    /** {@code active_invalidate_ranges}: windows that are open, over a subscribed interval or not. */
    public int activeInvalidateRanges() {
        return activeInvalidateRanges;
    }

    void addActiveInvalidateRanges(int delta) {
        activeInvalidateRanges += delta;
    }
}
