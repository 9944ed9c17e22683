package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;

/**
 * The choke point of every notifier call ({@code mm/mmu_notifier.c}). Each call emits its event, then runs the callbacks,
 * newest subscriber first, and emits one row for what each did. An address space that never had a subscriber costs one
 * comparison, as {@code mm_has_notifiers()} does.
 */
public final class MmuNotifiers {
    private static final MmuNotifierRange NO_WINDOW = new MmuNotifierRange();
    private static final int EINVAL = 22;
    private static final int MAX_NESTING = 16;

    private final KernelDesign design;
    private final boolean rangeEndInvalidates;
    private final boolean changePte;
    private final EventSink sink;
    private final Tracer tracer;
    private final NotifierObserver observer;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long callCost;
    private final MmuNotifierRange[] windows = new MmuNotifierRange[MAX_NESTING];
    private int open;

    /** For one machine. */
    public MmuNotifiers(KernelDesign design, EventSink sink, Tracer tracer, NotifierObserver observer,
            CurrentActor current, SimulatedClock clock, long callCost) {
        this.design = design;
        this.rangeEndInvalidates = design.notifiesAt(NotifySite.RANGE_END);
        this.changePte = design.notifiesAt(NotifySite.CHANGE_PTE);
        this.sink = sink;
        this.tracer = tracer;
        this.observer = observer;
        this.current = current;
        this.clock = clock;
        this.callCost = callCost;
        for (int i = 0; i < MAX_NESTING; i++) {
            windows[i] = new MmuNotifierRange();
        }
    }

    /**
     * {@code mmu_notifier_register}. Since 6.6 a subscriber has either the secondary-TLB hook or start/end, never both.
     *
     * @return 0 or -EINVAL
     */
    public int register(MmuNotifierSubscriptions to, MmuNotifier subscriber) {
        boolean exclusive = design.secondaryTlbHook() == Phase.ARCH_INVALIDATE_SECONDARY_TLBS;
        if (exclusive && subscriber.hasSecondaryTlbOp() && subscriber.hasRangeOps()) {
            return -EINVAL;
        }
        to.add(subscriber);
        tracer.call(Tracepoint.MN_REGISTER, to.mm(), 0, -1);
        sink.event(to.mm(), Phase.REGISTER, null, 0, -1, true, Cause.MMU_NOTIFIER_REGISTER, subscriber.id(), null, 0,
                null);
        return 0;
    }

    /** {@code mmu_notifier_unregister}: release, then unlink; no callback runs after it returns. */
    public void unregister(MmuNotifierSubscriptions from, MmuNotifier subscriber) {
        if (from.remove(subscriber)) {
            int dropped = subscriber.release(from.mm());
            sink.event(from.mm(), Phase.UNREGISTER, null, 0, -1, true, Cause.MMU_NOTIFIER_UNREGISTER, subscriber.id(),
                    reaction(dropped), Math.max(0, dropped), null);
        }
    }

    /** {@code __mmu_notifier_release}: every subscriber is told once and leaves, before any page is freed. */
    public void release(MmuNotifierSubscriptions of) {
        if (!of.everRegistered()) {
            return;
        }
        call(of, Phase.RELEASE, null, 0, -1, true, Cause.MMU_NOTIFIER_RELEASE);
        for (MmuNotifier subscriber : of.removeAll()) {
            observer.sleepableCallback(of.mm(), subscriber, 0, -1, Cause.MMU_NOTIFIER_RELEASE);
            int dropped = subscriber.release(of.mm());
            reacted(of, Phase.RELEASE, null, 0, -1, true, Cause.MMU_NOTIFIER_RELEASE, subscriber, dropped);
        }
    }

    /** {@code mmu_notifier_invalidate_range_start}: opens a window over {@code [start, end)}. */
    public MmuNotifierRange rangeStart(MmuNotifierSubscriptions of, EventType event, long start, long end,
            Cause cause) {
        if (!of.everRegistered()) {
            return NO_WINDOW;
        }
        MmuNotifierRange range = windows[open++].set(of, event, start, end, cause);
        observer.windowOpens(range, of.hasRangeSubscriber());
        call(of, Phase.RANGE_START, event, start, end, true, cause);
        for (int i = 0; i < of.size(); i++) {
            MmuNotifier subscriber = of.get(i);
            if (subscriber.hasRangeOps()) {
                observer.sleepableCallback(of.mm(), subscriber, start, end, cause);
                current.get().step(Step.CALLBACK_ENTER);
                int dropped = subscriber.invalidateRangeStart(range);
                current.get().step(Step.CALLBACK_RETURN);
                reacted(of, Phase.RANGE_START, event, start, end, true, cause, subscriber, dropped);
            }
        }
        return range;
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
        call(of, phase, range.event(), range.start(), range.end(), true, range.cause());
        for (int i = 0; i < of.size(); i++) {
            MmuNotifier subscriber = of.get(i);
            if (invalidate && subscriber.hasSecondaryTlbOp()) {
                int dropped = subscriber.invalidateSecondaryTlbs(of.mm(), range.start(), range.end());
                reacted(of, design.secondaryTlbHook(), null, range.start(), range.end(), false,
                        Cause.INVALIDATE_RANGE_END, subscriber, dropped);
            }
            if (subscriber.hasRangeOps()) {
                observer.sleepableCallback(of.mm(), subscriber, range.start(), range.end(), range.cause());
                current.get().step(Step.CALLBACK_ENTER);
                subscriber.invalidateRangeEnd(range);
                current.get().step(Step.CALLBACK_RETURN);
                sink.event(of.mm(), phase, range.event(), range.start(), range.end(), true, range.cause(),
                        subscriber.id(), Reaction.REOPENED, 0, null);
            }
        }
        observer.windowClosed(range);
    }

    /** The secondary-TLB hook, under whatever lock the caller holds. {@code end} is -1 for the whole address space. */
    public void invalidateSecondaryTlbs(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        if (!of.everRegistered()) {
            return;
        }
        Phase phase = design.secondaryTlbHook();
        call(of, phase, null, start, end, false, cause);
        for (int i = 0; i < of.size(); i++) {
            MmuNotifier subscriber = of.get(i);
            if (subscriber.hasSecondaryTlbOp()) {
                current.get().step(Step.CALLBACK_ENTER);
                int dropped = subscriber.invalidateSecondaryTlbs(of.mm(), start, end);
                current.get().step(Step.CALLBACK_RETURN);
                reacted(of, phase, null, start, end, false, cause, subscriber, dropped);
            }
        }
    }

    /** {@code mmu_notifier_change_pte}, where the design still has it. */
    public void changePte(MmuNotifierSubscriptions of, long address, long pageSize, long pte) {
        if (!changePte || !of.everRegistered()) {
            return;
        }
        call(of, Phase.CHANGE_PTE, null, address, address + pageSize, false, Cause.SET_PTE_AT_NOTIFY);
        for (int i = 0; i < of.size(); i++) {
            MmuNotifier subscriber = of.get(i);
            if (subscriber.hasChangePte()) {
                int replaced = subscriber.changePte(of.mm(), address, pte);
                sink.event(of.mm(), Phase.CHANGE_PTE, null, address, address + pageSize, false,
                        Cause.SET_PTE_AT_NOTIFY, subscriber.id(),
                        replaced > 0 ? Reaction.REPLACED : Reaction.NOTHING_CACHED, 0, null);
            }
        }
    }

    /**
     * {@code mmu_notifier_clear_flush_young}: every subscriber makes its entries of {@code [start, end)} old and flushes
     * them.
     *
     * @return whether an entry of one of them was young
     */
    public boolean clearFlushYoung(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        return young(of, Phase.CLEAR_FLUSH_YOUNG, start, end, cause);
    }

    /** {@code mmu_notifier_clear_young}: as {@link #clearFlushYoung}, without the flush. */
    public boolean clearYoung(MmuNotifierSubscriptions of, long start, long end, Cause cause) {
        return young(of, Phase.CLEAR_YOUNG, start, end, cause);
    }

    /** {@code mmu_notifier_test_young}: whether an entry of a subscriber is young; the first that says so is the last asked. */
    public boolean testYoung(MmuNotifierSubscriptions of, long address, Cause cause) {
        return young(of, Phase.TEST_YOUNG, address, address + 1, cause);
    }

    private boolean young(MmuNotifierSubscriptions of, Phase phase, long start, long end, Cause cause) {
        if (!of.everRegistered()) {
            return false;
        }
        call(of, phase, null, start, end, false, cause);
        boolean young = false;
        for (int i = 0; i < of.size() && !(young && phase == Phase.TEST_YOUNG); i++) {
            MmuNotifier subscriber = of.get(i);
            if (subscriber.hasYoungOps()) {
                boolean one = ask(of, phase, start, end, subscriber);
                young |= one;
                sink.event(of.mm(), phase, null, start, end, false, cause, subscriber.id(),
                        one ? Reaction.YOUNG : Reaction.OLD, 0, null);
            }
        }
        tracer.call(Tracepoint.MN_YOUNG_RET, of.mm(), start, end, young ? 1 : 0, "");
        return young;
    }

    private static boolean ask(MmuNotifierSubscriptions of, Phase phase, long start, long end, MmuNotifier subscriber) {
        return switch (phase) {
            case CLEAR_FLUSH_YOUNG -> subscriber.clearFlushYoung(of.mm(), start, end);
            case CLEAR_YOUNG -> subscriber.clearYoung(of.mm(), start, end);
            default -> subscriber.testYoung(of.mm(), start);
        };
    }

    private void call(MmuNotifierSubscriptions of, Phase phase, @Nullable EventType event, long start, long end,
            boolean blockable, Cause cause) {
        clock.advance(callCost);
        if (tracer.isOn()) {
            tracer.call(tracepoint(phase), of.mm(), start, end, blockable ? 1 : 0, event == null ? "" : event.name());
        }
        sink.event(of.mm(), phase, event, start, end, blockable, cause, EventSink.NO_SUBSCRIBER, null, 0, null);
    }

    private static Tracepoint tracepoint(Phase phase) {
        return switch (phase) {
            case RANGE_START -> Tracepoint.MN_START;
            case RANGE_END -> Tracepoint.MN_END;
            case RANGE_ONLY_END -> Tracepoint.MN_ONLY_END;
            case RELEASE -> Tracepoint.MN_RELEASE;
            case CHANGE_PTE -> Tracepoint.MN_CHANGE_PTE;
            case CLEAR_FLUSH_YOUNG -> Tracepoint.MN_CLEAR_FLUSH_YOUNG;
            case CLEAR_YOUNG -> Tracepoint.MN_CLEAR_YOUNG;
            case TEST_YOUNG -> Tracepoint.MN_TEST_YOUNG;
            case INVALIDATE_RANGE, ARCH_INVALIDATE_SECONDARY_TLBS -> Tracepoint.MN_SECONDARY_TLBS;
            default -> throw new IllegalArgumentException("not a notifier call: " + phase);
        };
    }

    private void reacted(MmuNotifierSubscriptions of, Phase phase, @Nullable EventType event, long start, long end,
            boolean blockable, Cause cause, MmuNotifier subscriber, int dropped) {
        sink.event(of.mm(), phase, event, start, end, blockable, cause, subscriber.id(), reaction(dropped),
                Math.max(0, dropped), null);
    }

    private static Reaction reaction(int dropped) {
        if (dropped == MmuNotifier.IGNORED) {
            return Reaction.IGNORED;
        }
        return dropped == 0 ? Reaction.NOTHING_CACHED : Reaction.DROPPED;
    }
}
