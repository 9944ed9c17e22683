package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;

/** Reports notifier calls: a row and a traced call for each call, and a row for what each subscriber did. */
final class NotifierReport {
    private final EventSink sink;
    private final Tracer tracer;
    private final SimulatedClock clock;
    private final long callCost;

    NotifierReport(EventSink sink, Tracer tracer, SimulatedClock clock, long callCost) {
        this.sink = sink;
        this.tracer = tracer;
        this.clock = clock;
        this.callCost = callCost;
    }

    Tracer tracer() {
        return tracer;
    }

    void call(MmuNotifierSubscriptions of, Phase phase, @Nullable EventType event, long start, long end,
            boolean blockable, Cause cause) {
        clock.advance(callCost);
        if (tracer.isOn()) {
            tracer.call(tracepoint(phase), of.mm(), start, end, blockable ? 1 : 0, event == null ? "" : event.name());
        }
        sink.event(of.mm(), phase, event, start, end, blockable, cause, EventSink.NO_SUBSCRIBER, null, 0, null);
    }

    /** A call that opens or closes a window. */
    void call(MmuNotifierRange range, Phase phase) {
        call(range.subscriptions(), phase, range.event(), range.start(), range.end(), range.blockable(), range.cause());
    }

    /** What a subscriber answered to a call about entries. */
    void dropped(MmuNotifierSubscriptions of, Phase phase, @Nullable EventType event, long start, long end,
            boolean blockable, Cause cause, int subscriber, int dropped) {
        sink.event(of.mm(), phase, event, start, end, blockable, cause, subscriber, reaction(dropped),
                Math.max(0, dropped), null);
    }

    /** What a subscriber answered when a window was opened. */
    void dropped(MmuNotifierRange range, Phase phase, int subscriber, int dropped) {
        dropped(range.subscriptions(), phase, range.event(), range.start(), range.end(), range.blockable(),
                range.cause(), subscriber, dropped);
    }

    /** What a subscriber did, where no entries are counted. */
    void reacted(MmuNotifierSubscriptions of, Phase phase, long start, long end, Cause cause, int subscriber,
            Reaction reaction) {
        sink.event(of.mm(), phase, null, start, end, false, cause, subscriber, reaction, 0, null);
    }

    /** A subscriber may establish translations again. */
    void reopened(MmuNotifierRange range, Phase phase, int subscriber) {
        sink.event(range.mm(), phase, range.event(), range.start(), range.end(), range.blockable(), range.cause(),
                subscriber, Reaction.REOPENED, 0, null);
    }

    /** A subscriber came or went. */
    void membership(MmuNotifierSubscriptions of, Phase phase, long start, long end, Cause cause, int subscriber,
            @Nullable Reaction reaction, int dropped) {
        sink.event(of.mm(), phase, null, start, end, true, cause, subscriber, reaction, dropped, null);
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

    static Reaction reaction(int dropped) {
        if (dropped == MmuNotifier.IGNORED) {
            return Reaction.IGNORED;
        }
        if (dropped == MmuNotifier.WOULD_BLOCK) {
            return Reaction.WOULD_BLOCK;
        }
        return dropped == 0 ? Reaction.NOTHING_CACHED : Reaction.DROPPED;
    }
}
