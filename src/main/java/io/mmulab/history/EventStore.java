package io.mmulab.history;

import java.time.Instant;
import java.util.function.IntFunction;

import io.mmulab.kernel.event.EventColumns;

/** Where machines leave their notifier events. */
@FunctionalInterface
public interface EventStore {
    /**
     * Writes a chunk of a machine's events, in the caller's transaction. Rows are keyed by machine and sequence number: a
     * chunk that is there already is refused as a whole.
     *
     * @param machine number of the machine
     * @param deviceNames gives the name of a device by its id
     * @param recordedAt when they are stored
     */
    void append(long machine, EventColumns rows, IntFunction<String> deviceNames, Instant recordedAt);
}
