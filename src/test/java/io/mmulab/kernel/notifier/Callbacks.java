package io.mmulab.kernel.notifier;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;

/** One address space, and what its subscribers heard, in order. */
final class Callbacks implements NotifierObserver {
    static final Cause WHY = Cause.UNMAP_VMAS;

    final List<String> heard = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final MmuNotifierSubscriptions mm = new MmuNotifierSubscriptions(1);
    final CurrentActor current = new CurrentActor();
    final MmuNotifiers notifiers;

    Callbacks(KernelDesign design, KernelVersion version) {
        notifiers = new MmuNotifiers(design, version, EventSink.NONE, new Tracer(), this, current,
                new SimulatedClock(), 0);
    }

    static Callbacks of(KernelVersion version) {
        return new Callbacks(KernelDesign.LINUX_6_6, version);
    }

    MmuNotifierRange start(long start, long end) {
        return notifiers.rangeStart(mm, EventType.CLEAR, start, end, WHY);
    }

    void end(MmuNotifierRange range) {
        notifiers.rangeEnd(range);
    }

    MmuIntervalNotifier interval(int id, long start, long length) {
        MmuIntervalNotifier subscription = new MmuIntervalNotifier(id, new Mirror(this, id));
        int error = notifiers.insertInterval(mm, subscription, start, length);
        if (error != 0) {
            throw new IllegalStateException("insert: " + error);
        }
        return subscription;
    }

    /** A driver that only keeps its sequence. */
    record Mirror(Callbacks log, int id) implements MmuIntervalNotifierOps {
        @Override
        public int invalidate(MmuIntervalNotifier subscription, MmuNotifierRange range, long currentSeq) {
            log.heard.add("invalidate " + id);
            subscription.setSeq(currentSeq);
            return 0;
        }
    }

    /** A driver that refuses to sleep where it must not. */
    record Sleeper(Callbacks log, int id, boolean alwaysRefuses) implements MmuIntervalNotifierOps {
        @Override
        public int invalidate(MmuIntervalNotifier subscription, MmuNotifierRange range, long currentSeq) {
            log.heard.add("invalidate " + id);
            return range.blockable() && !alwaysRefuses ? 0 : MmuNotifier.WOULD_BLOCK;
        }
    }

    @Override
    public void windowOpens(MmuNotifierRange range, boolean hasRangeSubscriber) {}

    @Override
    public void windowClosed(MmuNotifierRange range) {
        heard.add("closed");
    }

    @Override
    public void sleepableCallback(int space, int subscriber, long start, long end, Cause cause) {
        heard.add("may sleep " + subscriber);
    }

    @Override
    public void warned(int space, int subscriber, long start, long end, Cause cause) {
        warnings.add(cause.function() + " " + subscriber);
    }
}
