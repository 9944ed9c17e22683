package io.mmulab.kernel.event;

import org.jspecify.annotations.Nullable;

/** A machine's event log: numbers and stamps each row, counts it, and hands full chunks to the consumer. */
public final class EventLog implements EventSink {
    private static final int CHUNK = 4096;

    private final SimulatedClock clock;
    private final EventConsumer consumer;
    private final int capacity;
    private final EventCounts counts = new EventCounts();
    private @Nullable EventColumns chunk;
    private long sequence;
    private long operation;

    /** An empty log. */
    public EventLog(SimulatedClock clock, EventConsumer consumer) {
        this(clock, consumer, CHUNK);
    }

    /**
     * An empty log with chunks of another size.
     *
     * @param capacity rows of a full chunk
     */
    public EventLog(SimulatedClock clock, EventConsumer consumer, int capacity) {
        this.clock = clock;
        this.consumer = consumer;
        this.capacity = capacity;
    }

    /** Rows from here on belong to this operation. */
    public void beginOperation(long number) {
        operation = number;
    }

    @Override
    public void event(int mm, Phase phase, @Nullable EventType type, long start, long end, boolean blockable,
            Cause cause, int subscriber, @Nullable Reaction reaction, int entries, @Nullable ViolationKind violation) {
        EventColumns rows = chunk;
        if (rows == null) {
            rows = new EventColumns(capacity);
            chunk = rows;
        }
        rows.add(++sequence, operation, clock.now(), mm, phase, type, start, end, blockable, cause, subscriber,
                reaction,
                entries, violation);
        counts.add(phase, subscriber, reaction, entries, violation);
        if (rows.isFull()) {
            flush();
        }
    }

    /** The rows that wait to be handed over; null before the first. Valid until the next row. */
    public @Nullable EventColumns pending() {
        return chunk;
    }

    /** Hands over what is waiting. */
    public void flush() {
        EventColumns rows = chunk;
        if (rows != null && rows.size() > 0) {
            consumer.accept(rows);
            rows.clear();
        }
    }

    /** Number of the last row; 0 before the first. */
    public long lastSequence() {
        return sequence;
    }

    /** Totals. */
    public EventCounts counts() {
        return counts;
    }
}
