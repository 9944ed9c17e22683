package io.mmulab.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A row of {@code notifier_event} with its machine's id, as {@link EventRows} reads it: what kind of event it is is still a
 * number.
 *
 * @param machineId null if the machine was deleted a moment ago
 */
record StoredEvent(long machine, @Nullable String machineId, long seq, long operation, long nanoseconds,
        Instant recordedAt, int addressSpace, long start, long end, int kind, int entries,
        @Nullable String subscriber) {

    FoundEvent named(String id, EventKind what) {
        return new FoundEvent(
                new EventRow(id, seq, operation, nanoseconds, recordedAt, addressSpace, what.phase(), what.type(),
                        start, end, what.blockable(), what.cause(), subscriber, what.reaction(), entries,
                        what.violation()),
                new EventPosition(machine, seq, recordedAt));
    }
}
