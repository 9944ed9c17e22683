package io.mmulab.scenario.expect;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/**
 * A row of the event log, kept to be asked about.
 *
 * @param start first byte of the range
 * @param end end of the range, exclusive; -1 for the whole address space
 * @param subscriber id of the device that reacted, or {@link io.mmulab.kernel.event.EventSink#NO_SUBSCRIBER}
 * @param entries entries dropped, or faults taken
 */
record SeenEvent(long sequence, int mm, Phase phase, @Nullable EventType type, long start, long end,
        boolean blockable, Cause cause, int subscriber, @Nullable Reaction reaction, int entries,
        @Nullable ViolationKind violation) {}
