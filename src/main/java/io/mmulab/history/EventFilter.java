package io.mmulab.history;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/**
 * Which events. Null, or an empty set, means any.
 *
 * @param machine id of a machine
 * @param comparison id of a comparison
 * @param addressSpace id of an address space
 * @param operation number of an operation
 * @param subscriber name of a device
 * @param start with {@code end}: events whose range overlaps {@code [start, end)}, compared as unsigned numbers; one that
 *        concerns a whole address space overlaps everything
 * @param end null for just the byte at {@code start}
 * @param fromNanoseconds simulated time, inclusive
 * @param toNanoseconds simulated time, exclusive
 * @param recordedFrom inclusive
 * @param recordedTo exclusive
 */
public record EventFilter(@Nullable String machine, @Nullable String comparison, @Nullable Integer addressSpace,
        @Nullable Long operation, Set<Phase> phases, Set<EventType> types, Set<Cause> causes,
        @Nullable String subscriber, Set<Reaction> reactions, Set<ViolationKind> violations, @Nullable Long start,
        @Nullable Long end, @Nullable Long fromNanoseconds, @Nullable Long toNanoseconds,
        @Nullable Instant recordedFrom, @Nullable Instant recordedTo) {

    /** The events of one machine. */
    public static EventFilter ofMachine(String machine) {
        return new EventFilter(machine, null, null, null, Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null,
                null, null, null, null, null);
    }

    /** Sorted sets, so that equal filters are written alike. */
    public EventFilter {
        phases = new TreeSet<>(phases);
        types = new TreeSet<>(types);
        causes = new TreeSet<>(causes);
        reactions = new TreeSet<>(reactions);
        violations = new TreeSet<>(violations);
    }

    /** The same events, as far as they are calls that open and close windows. */
    EventFilter ofWindows() {
        return new EventFilter(machine, comparison, addressSpace, operation,
                Set.of(Phase.RANGE_START, Phase.RANGE_END, Phase.RANGE_ONLY_END), types, causes, null, Set.of(),
                Set.of(),
                start, end, fromNanoseconds, toNanoseconds, recordedFrom, recordedTo);
    }

    /** The same, of one machine. */
    public EventFilter on(String id) {
        return new EventFilter(id, comparison, addressSpace, operation, phases, types, causes, subscriber, reactions,
                violations, start, end, fromNanoseconds, toNanoseconds, recordedFrom, recordedTo);
    }

    /**
     * The last byte of the filter's addresses.
     *
     * @param from the first
     */
    long last(long from) {
        return end == null ? from : end - 1;
    }

    /** Equal for equal filters. */
    public long fingerprint() {
        var crc = new CRC32C();
        crc.update(toString().getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
