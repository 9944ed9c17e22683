package io.mmulab.web;

import java.time.Instant;
import java.util.Set;

import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;

import io.mmulab.history.EventFilter;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/**
 * Which events; what is absent means any, and several values of one parameter mean any of them.
 *
 * @param machine id of a machine
 * @param comparison id of a comparison: the events of all its machines
 * @param addressSpace id of an address space
 * @param operation number of an operation
 * @param phase kind of row
 * @param type notifier event
 * @param cause kernel function, or rule of the checker
 * @param subscriber name of a device
 * @param reaction what the device did
 * @param violation the broken rule
 * @param start events whose range overlaps {@code [start, end)}
 * @param end absent: just the byte at {@code start}
 * @param fromNanoseconds simulated time, inclusive
 * @param toNanoseconds simulated time, exclusive
 * @param recordedFrom when it was stored, inclusive
 * @param recordedTo when it was stored, exclusive
 */
record EventQuery(@Nullable String machine, @Nullable String comparison, @Nullable Integer addressSpace,
        @Nullable Long operation, @Nullable Set<Phase> phase, @Nullable Set<EventType> type,
        @Nullable Set<Cause> cause, @Nullable String subscriber, @Nullable Set<Reaction> reaction,
        @Nullable Set<ViolationKind> violation, @Nullable AddressParameter start, @Nullable AddressParameter end,
        @Nullable @Min(0) Long fromNanoseconds, @Nullable @Min(0) Long toNanoseconds,
        @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant recordedFrom,
        @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) @Nullable Instant recordedTo) {

    EventFilter toFilter() {
        if (end != null && start == null) {
            throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED, "Send start with end.", "start",
                    "is required with end");
        }
        if (start != null && end != null && Long.compareUnsigned(end.value(), start.value()) <= 0) {
            throw ProblemException.aboutField(ProblemType.VALIDATION_FAILED, "Send an end that is above start.", "end",
                    "must be above start");
        }
        return new EventFilter(machine, comparison, addressSpace, operation, orAny(phase), orAny(type), orAny(cause),
                subscriber, orAny(reaction), orAny(violation),
                start == null ? null : start.value(), end == null ? null : end.value(), fromNanoseconds, toNanoseconds,
                recordedFrom, recordedTo);
    }

    private static <T> Set<T> orAny(@Nullable Set<T> values) {
        return values == null ? Set.of() : values;
    }
}
