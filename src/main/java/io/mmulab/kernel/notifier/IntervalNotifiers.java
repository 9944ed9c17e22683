package io.mmulab.kernel.notifier;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.lock.Actor;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;

/**
 * The interval side of {@code mm/mmu_notifier.c}: the collision-retry scheme of {@code mn_itree_*} and
 * {@code mmu_interval_*}. While a window over a subscribed interval is open, {@code invalidate_seq} is odd and the tree does
 * not change; insertions and removals wait for the end of the last window.
 */
final class IntervalNotifiers {
    private static final int EINVAL = 22;
    private static final int EOVERFLOW = 75;

    private final NotifierReport report;
    private final NotifierObserver observer;
    private final CurrentActor current;
    private final boolean twoPasses;

    IntervalNotifiers(NotifierReport report, NotifierObserver observer, CurrentActor current, boolean twoPasses) {
        this.report = report;
        this.observer = observer;
        this.current = current;
        this.twoPasses = twoPasses;
    }

    /** {@code __mmu_interval_notifier_insert}. */
    int insert(MmuNotifierSubscriptions to, MmuIntervalNotifier subscription, long start, long length) {
        long last = start + length - 1;
        if (length == 0 || Long.compareUnsigned(last, start) < 0) {
            return -EOVERFLOW;
        }
        if (to.usersGone()) {
            observer.warned(to.mm(), subscription.id(), start, start + length, Cause.MMU_INTERVAL_NOTIFIER_INSERT);
            return -EINVAL;
        }
        subscription.place(to, start, last);
        to.grab();
        if (to.activeInvalidateRanges() == 0) {
            subscription.setSeq(to.invalidateSeq() - 1);
            to.itree().insert(subscription);
        } else {
            insertDuringWindow(to, subscription);
        }
        report.membership(to, Phase.REGISTER, start, last + 1, Cause.MMU_INTERVAL_NOTIFIER_INSERT, subscription.id(),
                null, 0);
        return 0;
    }

    /** Nobody knows what the running windows cover: the new interval counts as being invalidated. */
    private static void insertDuringWindow(MmuNotifierSubscriptions to, MmuIntervalNotifier subscription) {
        if (to.isInvalidating()) {
            to.deferredList().push(subscription);
            subscription.setDeferred(true);
        } else {
            to.setInvalidateSeq(to.invalidateSeq() | 1);
            to.itree().insert(subscription);
        }
        subscription.setSeq(to.invalidateSeq());
    }

    /** {@code mmu_interval_notifier_remove}: false if it sleeps for ever, for windows that never close. */
    boolean remove(MmuIntervalNotifier subscription) {
        MmuNotifierSubscriptions from = subscription.subscriptions();
        boolean gone = true;
        if (!from.isInvalidating()) {
            from.itree().remove(subscription);
        } else if (subscription.isInTree()) {
            from.deferredList().push(subscription);
            subscription.setDeferred(true);
            long seq = from.invalidateSeq();
            gone = current.get().waitFor(() -> from.invalidateSeq() != seq);
        } else {
            from.deferredList().remove(subscription);
            subscription.setDeferred(false);
        }
        report.membership(from, Phase.UNREGISTER, subscription.start(), subscription.last() + 1,
                Cause.MMU_INTERVAL_NOTIFIER_REMOVE, subscription.id(), null, 0);
        if (gone) {
            from.drop();
        }
        return gone;
    }

    /** {@code mmu_interval_read_begin}, or {@link MmuNotifiers#NEVER}. */
    long readBegin(MmuIntervalNotifier subscription) {
        long seq = subscription.seq();
        boolean isInvalidating = seq == subscription.subscriptions().invalidateSeq();
        return isInvalidating && !current.get().waitFor(subscription) ? MmuNotifiers.NEVER : seq;
    }

    /** {@code mn_itree_invalidate}: whether the window may open; if not it is closed again. */
    boolean invalidate(MmuNotifierRange range) {
        MmuNotifierSubscriptions of = range.subscriptions();
        boolean done = tell(range, Phase.RANGE_START);
        if (!done) {
            end(of);
        }
        return done;
    }

    /** {@code mn_itree_release}. */
    void release(MmuNotifierRange range) {
        tell(range, Phase.RELEASE);
        end(range.subscriptions());
    }

    /** Tells the subscriptions that intersect a range, by address, until one would have to sleep and must not. */
    private boolean tell(MmuNotifierRange range, Phase phase) {
        MmuNotifierSubscriptions of = range.subscriptions();
        IntervalTree tree = of.itree();
        of.addActiveInvalidateRanges(1);
        int at = tree.first(range.start(), range.end() - 1);
        if (at >= 0) {
            of.setInvalidateSeq(of.invalidateSeq() | 1);
        }
        long seq = of.invalidateSeq();
        Deque<MmuIntervalNotifier> finishing = null;
        boolean proceed = true;
        for (; at >= 0 && proceed; at = tree.next(at, range.start(), range.end() - 1)) {
            MmuIntervalNotifier subscription = tree.at(at);
            int dropped = callback(subscription, range, seq, phase);
            if (dropped == MmuNotifier.WOULD_BLOCK) {
                proceed = mayNotRefuse(subscription, range);
            } else if (twoPasses && subscription.ops().hasFinish()) {
                finishing = finishing == null ? new ArrayDeque<>() : finishing;
                finishing.add(subscription);
            }
        }
        finish(finishing);
        return proceed;
    }

    private int callback(MmuIntervalNotifier subscription, MmuNotifierRange range, long seq, Phase phase) {
        Actor actor = current.get();
        if (range.blockable()) {
            observer.sleepableCallback(range.mm(), subscription.id(), range.start(), range.end(), range.cause());
        }
        actor.step(Step.CALLBACK_ENTER);
        int dropped = subscription.ops().invalidate(subscription, range, seq);
        if (!twoPasses && subscription.ops().hasFinish()) {
            subscription.ops().invalidateFinish(subscription);
        }
        actor.step(Step.CALLBACK_RETURN);
        report.dropped(range, phase, subscription.id(), dropped);
        return dropped;
    }

    /** Whoever refuses although it may sleep is warned about and passed over. */
    private boolean mayNotRefuse(MmuIntervalNotifier subscription, MmuNotifierRange range) {
        if (range.blockable()) {
            observer.warned(range.mm(), subscription.id(), range.start(), range.end(), range.cause());
        }
        return range.blockable();
    }

    /** {@code mn_itree_finish_pass}: in the order of the first pass. */
    private static void finish(@Nullable Deque<MmuIntervalNotifier> begun) {
        if (begun != null) {
            begun.forEach(subscription -> subscription.ops().invalidateFinish(subscription));
        }
    }

    /** {@code mn_itree_inv_end}: the last window to close lets insertions and removals through. */
    void end(MmuNotifierSubscriptions of) {
        of.addActiveInvalidateRanges(-1);
        if (of.activeInvalidateRanges() > 0 || !of.isInvalidating()) {
            return;
        }
        of.setInvalidateSeq(of.invalidateSeq() + 1);
        while (!of.deferredList().isEmpty()) {
            MmuIntervalNotifier subscription = of.deferredList().pop();
            subscription.setDeferred(false);
            if (subscription.isInTree()) {
                of.itree().remove(subscription);
            } else {
                of.itree().insert(subscription);
            }
        }
    }

    /** The range of {@code mn_itree_release}. */
    static MmuNotifierRange everything(MmuNotifierSubscriptions of) {
        return new MmuNotifierRange().set(of, EventType.RELEASE, 0, -1, Cause.MMU_NOTIFIER_RELEASE);
    }
}
