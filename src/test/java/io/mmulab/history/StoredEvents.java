package io.mmulab.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.event.EventLog;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.ViolationKind;

/** Random events, with few values of each column and ranges of all sizes, on their way through an event log. */
final class StoredEvents {
    private static final int KINDS = 60;

    private final Random random;
    private final SimulatedClock clock = new SimulatedClock();
    private final EventLog log;
    private final List<EventRow> rows = new ArrayList<>();
    private final String machine;
    private long operation;
    private long seq;

    StoredEvents(String machine, long seed, EventConsumer consumer) {
        this.machine = machine;
        random = new Random(seed);
        log = new EventLog(clock, consumer);
    }

    /** Writes some events, which are stored at a time. */
    void write(int count, Instant when) {
        for (int i = 0; i < count; i++) {
            if (random.nextInt(4) == 0) {
                log.beginOperation(++operation);
                clock.advance(random.nextInt(50));
            }
            one(when);
        }
        log.flush();
    }

    private void one(Instant when) {
        Random kind = new Random(random.nextInt(KINDS));
        Phase phase = pick(kind, Phase.values());
        EventType type = kind.nextBoolean() ? pick(kind, EventType.values()) : null;
        Cause cause = Cause.values()[kind.nextInt(5)];
        boolean reacted = kind.nextBoolean();
        Reaction reaction = reacted ? pick(kind, Reaction.values()) : null;
        ViolationKind violation = phase == Phase.VIOLATION ? pick(kind, ViolationKind.values()) : null;
        boolean blockable = kind.nextBoolean();
        long start = switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -4096L * (1 + random.nextInt(100));
            default -> 0x7f0000000000L + 4096L * random.nextInt(4000);
        };
        long end = switch (random.nextInt(10)) {
            case 0 -> -1;
            case 1 -> start < 0 ? 0 : start + (4096L << random.nextInt(20));
            default -> start + 4096L * (1 + random.nextInt(3));
        };
        int mm = 1 + random.nextInt(3);
        int subscriber = reacted ? random.nextInt(3) : -1;
        int entries = random.nextInt(3);
        log.event(mm, phase, type, start, end, blockable, cause, subscriber, reaction, entries, violation);
        rows.add(new EventRow(machine, ++seq, operation, clock.now(), when, mm, phase, type, start, end, blockable,
                cause, subscriber < 0 ? null : deviceName(subscriber), reaction, entries, violation));
    }

    private static <T> T pick(Random kind, T[] values) {
        return values[kind.nextInt(values.length)];
    }

    static String deviceName(int id) {
        return "device-" + id;
    }

    List<EventRow> rows() {
        return rows;
    }
}
