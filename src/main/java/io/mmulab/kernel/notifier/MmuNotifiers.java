package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;

/**
 * The choke point of every notifier call ({@code mm/mmu_notifier.c}). Each call emits its event, then runs the callbacks,
 * intervals by address and then the list, newest subscriber first, and emits one row for what each did. An address space that
 * never had a subscriber costs one comparison, as {@code mm_has_notifiers()} does.
 */
public final class MmuNotifiers {
    /** Returned by {@link #readBegin} where the kernel would sleep for ever. Never a sequence number: those are odd. */
    public static final long NEVER = 0;

    private static final MmuNotifierRange NO_WINDOW = new MmuNotifierRange();
    private static final int MAX_NESTING = 16;

    private final KernelDesign design;
    private final boolean rangeEndInvalidates;
    private final boolean changePte;
    private final boolean leaksIntervalWindow;
    private final NotifierReport report;
    private final NotifierObserver observer;
    private final CurrentActor current;
    private final NotifierLife life;
    private final IntervalNotifiers intervals;
    private final AtomicNotifiers atomic;
    private final MmuNotifierRange[] windows = new MmuNotifierRange[MAX_NESTING];
    private int open;

    /** For one machine. */
    public MmuNotifiers(KernelDesign design, KernelVersion version, EventSink sink, Tracer tracer,
            NotifierObserver observer, CurrentActor current, SimulatedClock clock, long callCost) {
        this.design = design;
        this.rangeEndInvalidates = design.notifiesAt(NotifySite.RANGE_END);
        this.changePte = design.notifiesAt(NotifySite.CHANGE_PTE);
        this.leaksIntervalWindow = version.has(VersionRule.FAILED_START_LEAKS_INTERVAL_WINDOW);
        this.observer = observer;
        this.current = current;
        this.report = new NotifierReport(sink, tracer, clock, callCost);
        this.life = new NotifierLife(report, observer, current,
                design.secondaryTlbHook() == Phase.ARCH_INVALIDATE_SECONDARY_TLBS);
        this.intervals = new IntervalNotifiers(report, observer, current,
                version.has(VersionRule.INTERVAL_NOTIFIERS_FINISH_LATER));
        this.atomic = new AtomicNotifiers(design.secondaryTlbHook(), report, life, current);
        for (int i = 0; i < MAX_NESTING; i++) {
            windows[i] = new MmuNotifierRange();
        }
    }

    // --- who listens ---

    /**
     * {@code mmu_notifier_register}. Since 6.6 a subscriber has either the secondary-TLB hook or start/end, never both.
     *
     * @return 0 or -EINVAL
     * @throws IllegalStateException if the address space has no user any more (the kernel's BUG_ON)
     */
    public int register(MmuNotifierSubscriptions to, MmuNotifier subscriber) {
        return life.register(to, subscriber);
    }

    /**
     * {@code mmu_notifier_get}: the one subscriber of these ops in an address space, with one more user; made and registered
     * if there is none.
     *
     * @return with -EOVERFLOW if it has 2^32-1 users, or the error of {@link #register}
     */
    public NotifierReference get(MmuNotifierSubscriptions of, MmuNotifierOps ops) {
        return life.get(of, ops);
    }

    /**
     * {@code mmu_notifier_put}: one user less. The last one takes it off the list, without a call of {@code release}, and it
     * is freed when all callbacks that run have returned.
     */
    public void put(MmuNotifierSubscriptions of, MmuNotifier subscriber) {
        life.put(of, subscriber);
    }

    /**
     * {@code mmu_notifier_synchronize}: subscribers that were put are free afterwards.
     *
     * @throws IllegalStateException from within a callback: it would wait for itself
     */
    public void synchronize() {
        life.synchronize();
    }

    /**
     * {@code mmu_notifier_unregister}: release, unless the address space was released already, then unlink; no callback runs
     * after it returns.
     */
    public void unregister(MmuNotifierSubscriptions from, MmuNotifier subscriber) {
        life.unregister(from, subscriber);
    }

    /**
     * {@code mmu_interval_notifier_insert}: subscribes to {@code length} bytes from {@code start}. While invalidations run it
     * may be in effect only after the last of them.
     *
     * @return 0; -EOVERFLOW for an empty interval or one that wraps around; -EINVAL if the address space has no user
     */
    public int insertInterval(MmuNotifierSubscriptions to, MmuIntervalNotifier subscription, long start, long length) {
        if (!to.hasItree()) {
            life.enableItree(to);
        }
        return intervals.insert(to, subscription, start, length);
    }

    /**
     * {@code mmu_interval_notifier_remove}: waits for the running invalidations. Not from a callback.
     *
     * @return false if they never end: then it stays
     */
    public boolean removeInterval(MmuIntervalNotifier subscription) {
        return intervals.remove(subscription);
    }

    /**
     * {@code mmu_interval_read_begin}: waits until the subscription is not being invalidated.
     *
     * @return for {@link MmuIntervalNotifier#readRetry}, or {@link #NEVER}
     */
    public long readBegin(MmuIntervalNotifier subscription) {
        return intervals.readBegin(subscription);
    }

    /**
     * {@code mmu_notifier_release}, before any page is freed: intervals are told, then the list; all of the list leave. Nobody
     * can register from now on.
     */
    public void release(MmuNotifierSubscriptions of) {
        of.setUsersGone();
        if (!of.everRegistered()) {
            return;
        }
        report.call(of, Phase.RELEASE, null, 0, -1, true, Cause.MMU_NOTIFIER_RELEASE);
        if (of.hasItree()) {
            intervals.release(IntervalNotifiers.everything(of));
        }
        if (of.list().length > 0) {
            life.release(of);
        }
    }

    /** {@code mmdrop} of the process itself, at the end of its exit; whoever is still subscribed keeps the container. */
    public void drop(MmuNotifierSubscriptions of) {
        of.drop();
    }

    // --- windows ---

    /** {@code mmu_notifier_invalidate_range_start}: opens a window over {@code [start, end)}. */
    public MmuNotifierRange rangeStart(MmuNotifierSubscriptions of, EventType event, long start, long end,
            Cause cause) {
        if (!of.everRegistered()) {
            return NO_WINDOW;
        }
        MmuNotifierRange range = windows[open++].set(of, event, start, end, cause);
        start(range);
        return range;
    }

    /**
     * As {@link #rangeStart}, on behalf of a device that need not be told ({@code mmu_notifier_range_init_owner}).
     *
     * @param owner id of the device
     */
    public MmuNotifierRange rangeStart(MmuNotifierSubscriptions of, EventType event, long start, long end, int owner,
            Cause cause) {
        if (!of.everRegistered()) {
            return NO_WINDOW;
        }
        MmuNotifierRange range = windows[open++].set(of, event, start, end, cause);
        range.setOwner(owner);
        start(range);
        return range;
    }

    /**
     * {@code mmu_notifier_invalidate_range_start_nonblock}: nobody may sleep.
     *
     * @return null if somebody would have had to (-EAGAIN): then the window is not open, and must not be closed
     */
    public @Nullable MmuNotifierRange rangeStartNonblock(MmuNotifierSubscriptions of, EventType event, long start,
            long end, Cause cause) {
        if (!of.everRegistered()) {
            return NO_WINDOW;
        }
        MmuNotifierRange range = windows[open++].set(of, event, start, end, cause);
        range.setBlockable(false);
        if (start(range)) {
            return range;
        }
        open--;
        observer.windowClosed(range);
        return null;
    }

    /** {@code __mmu_notifier_invalidate_range_start}: whether the window is open; a blockable one always is. */
    private boolean start(MmuNotifierRange range) {
        MmuNotifierSubscriptions of = range.subscriptions();
        observer.windowOpens(range, of.hasRangeSubscriber(range.start(), range.end()));
        report.call(range, Phase.RANGE_START);
        if (of.hasItree() && !intervals.invalidate(range)) {
            return false;
        }
        MmuNotifier[] list = of.list();
        if (startList(range, list)) {
            return true;
        }
        unwind(range, list);
        if (of.hasItree() && !range.blockable() && !leaksIntervalWindow) {
            intervals.end(of);
        }
        return range.blockable();
    }

    /** {@code mn_hlist_invalidate_range_start}: all are called, even when one has failed. */
    private boolean startList(MmuNotifierRange range, MmuNotifier[] list) {
        boolean all = true;
        life.enter();
        for (MmuNotifier subscriber : list) {
            if (subscriber.hasRangeStart()) {
                maySleep(range, subscriber);
                current.get().step(Step.CALLBACK_ENTER);
                int dropped = subscriber.invalidateRangeStart(range);
                current.get().step(Step.CALLBACK_RETURN);
                report.dropped(range, Phase.RANGE_START, subscriber.id(), dropped);
                if (dropped == MmuNotifier.WOULD_BLOCK) {
                    all = false;
                    warnOfFailure(range, subscriber);
                }
            }
        }
        life.leave();
        return all;
    }

    /** A start may fail only where nobody may sleep, and only if it has no end that would have to know. */
    private void warnOfFailure(MmuNotifierRange range, MmuNotifier subscriber) {
        if (range.blockable()) {
            warn(range, subscriber);
        }
        if (subscriber.hasRangeEnd()) {
            warn(range, subscriber);
        }
    }

    private void warn(MmuNotifierRange range, MmuNotifier subscriber) {
        observer.warned(range.mm(), subscriber.id(), range.start(), range.end(), range.cause());
    }

    /** Whoever has an end expects it, whether or not its own start failed. */
    private void unwind(MmuNotifierRange range, MmuNotifier[] list) {
        life.enter();
        for (MmuNotifier subscriber : list) {
            if (subscriber.hasRangeEnd()) {
                subscriber.invalidateRangeEnd(range);
                report.reopened(range, Phase.RANGE_END, subscriber.id());
            }
        }
        life.leave();
    }

    private void maySleep(MmuNotifierRange range, MmuNotifier subscriber) {
        if (range.blockable()) {
            observer.sleepableCallback(range.mm(), subscriber.id(), range.start(), range.end(), range.cause());
        }
    }

    /** {@code mmu_notifier_invalidate_range_end}: closes the newest window; before 6.6 invalidate_range comes first. */
    public void rangeEnd(MmuNotifierRange range) {
        end(range, Phase.RANGE_END, rangeEndInvalidates);
    }

    /**
     * {@code mmu_notifier_invalidate_range_only_end}: the caller has done invalidate_range under the page-table lock. Since
     * 6.6 the same as {@link #rangeEnd}.
     */
    public void rangeOnlyEnd(MmuNotifierRange range) {
        end(range, rangeEndInvalidates ? Phase.RANGE_ONLY_END : Phase.RANGE_END, false);
    }

    private void end(MmuNotifierRange range, Phase phase, boolean invalidate) {
        if (range == NO_WINDOW) {
            return;
        }
        if (range != windows[--open]) {
            throw new IllegalStateException("windows must nest");
        }
        MmuNotifierSubscriptions of = range.subscriptions();
        report.call(range, phase);
        if (of.hasItree()) {
            intervals.end(of);
        }
        life.enter();
        for (MmuNotifier subscriber : of.list()) {
            if (invalidate && subscriber.hasSecondaryTlbOp()) {
                int dropped = subscriber.invalidateSecondaryTlbs(of.mm(), range.start(), range.end());
                report.dropped(of, design.secondaryTlbHook(), null, range.start(), range.end(), false,
                        Cause.INVALIDATE_RANGE_END, subscriber.id(), dropped);
            }
            if (subscriber.hasRangeEnd()) {
                maySleep(range, subscriber);
                current.get().step(Step.CALLBACK_ENTER);
                subscriber.invalidateRangeEnd(range);
                current.get().step(Step.CALLBACK_RETURN);
                report.reopened(range, phase, subscriber.id());
            }
        }
        life.leave();
        observer.windowClosed(range);
    }

    // --- atomic calls ---

    /** The secondary-TLB hook, under whatever lock the caller holds. {@code end} is -1 for the whole address space. */
    public void invalidateSecondaryTlbs(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        if (of.everRegistered()) {
            atomic.invalidateSecondaryTlbs(of, start, end, cause);
        }
    }

    /** {@code mmu_notifier_change_pte}, where the design still has it. */
    public void changePte(MmuNotifierSubscriptions of, long address, long pageSize, long pte) {
        if (changePte && of.everRegistered()) {
            atomic.changePte(of, address, pageSize, pte);
        }
    }

    /**
     * {@code mmu_notifier_clear_flush_young}: every subscriber makes its entries of {@code [start, end)} old and flushes
     * them.
     *
     * @return whether an entry of one of them was young
     */
    public boolean clearFlushYoung(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        return of.everRegistered() && atomic.young(of, Phase.CLEAR_FLUSH_YOUNG, start, end, cause);
    }

    /** {@code mmu_notifier_clear_young}: as {@link #clearFlushYoung}, without the flush. */
    public boolean clearYoung(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        return of.everRegistered() && atomic.young(of, Phase.CLEAR_YOUNG, start, end, cause);
    }

    /** {@code mmu_notifier_test_young}: whether an entry of a subscriber is young; the first that says so is the last asked. */
    public boolean testYoung(MmuNotifierSubscriptions of, long address, Cause cause) {
        return of.everRegistered() && atomic.young(of, Phase.TEST_YOUNG, address, address + 1, cause);
    }
}
