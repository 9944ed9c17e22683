package io.mmulab.kernel.event;

import org.jspecify.annotations.Nullable;

/**
 * Receives the rows of a machine's event log, in order, as primitives and shared constants: an implementation that
 * keeps them copies them into columns.
 */
public interface EventSink {
    /** The subscriber column of rows that are calls, not reactions. */
    int NO_SUBSCRIBER = -1;

    /** A sink for machines whose events nobody wants. */
    EventSink NONE = (mm, phase, type, start, end, blockable, cause, subscriber, reaction, entries, violation) -> {
    };

    /**
     * One row.
     *
     * @param mm id of the address space
     * @param type null where the call carries no event (the secondary-TLB hooks, flushes, faults)
     * @param start first byte of the range
     * @param end end of the range, exclusive; {@code -1} (unsigned maximum) means the whole address space
     * @param blockable whether callbacks of this call may sleep
     * @param cause the kernel function, or the rule of the design, that made it happen
     * @param subscriber id of the device that reacted, or {@link #NO_SUBSCRIBER}
     * @param reaction what the subscriber did; null on calls
     * @param entries cached entries dropped (or, for {@link Phase#DEVICE_FAULT}, faults taken by the access)
     * @param violation the rule, on rows of {@link Phase#VIOLATION}
     */
    void event(int mm, Phase phase, @Nullable EventType type, long start, long end, boolean blockable, Cause cause,
            int subscriber, @Nullable Reaction reaction, int entries, @Nullable ViolationKind violation);
}
