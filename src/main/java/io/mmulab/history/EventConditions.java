package io.mmulab.history;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A filter as conditions in SQL on rows {@code e} of {@code notifier_event} and {@code c} of {@code event_chunk}. Numbers are
 * written out, so that the database plans for these very values; text and times are parameters.
 */
final class EventConditions {
    private static final int MANY_KINDS = 256;

    private final EventFilter filter;
    private final MachineRange machines;
    private final List<Integer> kinds;
    private final @Nullable List<EventRange> ranges;

    /**
     * @param machines numbers of machines, both ends included
     * @param kinds numbers of the kinds that fit; looked at only if the filter has a condition on kinds
     * @param ranges those that overlap the filter's addresses; null if it has none, or too many do
     */
    EventConditions(EventFilter filter, MachineRange machines, List<Integer> kinds,
            @Nullable List<EventRange> ranges) {
        this.filter = filter;
        this.machines = machines;
        this.kinds = kinds;
        this.ranges = ranges;
    }

    /** Numbers of machines, both included: one machine, those of a comparison, or all. */
    record MachineRange(long first, long last) {
        static final MachineRange ALL = new MachineRange(Long.MIN_VALUE, Long.MAX_VALUE);

        boolean isOne() {
            return first == last;
        }
    }

    /** A piece of SQL with its parameters. */
    record Sql(String text, List<Object> parameters) {
        static Sql and(List<Sql> conditions) {
            return new Sql(
                    conditions.isEmpty() ? "true"
                            : conditions.stream().map(Sql::text).collect(Collectors.joining(" and ")),
                    conditions.stream().flatMap(one -> one.parameters().stream()).toList());
        }

        static Sql of(String text, Object... parameters) {
            return new Sql(text, List.of(parameters));
        }

        /** @param frame has one {@code %s}, where this goes */
        Sql within(String frame) {
            return new Sql(frame.formatted(text), parameters);
        }
    }

    static boolean hasKinds(EventFilter filter) {
        return !(filter.phases().isEmpty() && filter.types().isEmpty() && filter.causes().isEmpty()
                && filter.reactions().isEmpty() && filter.violations().isEmpty());
    }

    MachineRange machines() {
        return machines;
    }

    /** All conditions on single rows. */
    Sql onRows() {
        return onRowsBeside(List.of());
    }

    /**
     * All conditions on single rows but those on columns of streams, which fulfil them: H2 would look up the values of a list
     * instead of following the stream.
     */
    Sql onRowsBeside(List<String> columns) {
        List<Sql> all = new ArrayList<>(onMachines("e"));
        if (hasKinds(filter) && !columns.contains("kind")) {
            all.add(Sql.of("e.kind in (" + joined(kinds) + ")"));
        }
        if (filter.addressSpace() != null) {
            all.add(Sql.of("e.address_space = " + filter.addressSpace()));
        }
        if (filter.operation() != null) {
            all.add(Sql.of("e.operation = " + filter.operation()));
        }
        if (filter.subscriber() != null) {
            all.add(Sql.of("e.subscriber = ?", filter.subscriber()));
        }
        if (!columns.contains("range_cell")) {
            overlap(all);
        }
        between(all, "e.simulated_ns", filter.fromNanoseconds(), filter.toNanoseconds());
        recorded(all, "e.recorded_at");
        return Sql.and(all);
    }

    /** Conditions on chunks: one that holds a row that fits, fits. */
    private Sql onChunks() {
        List<Sql> all = new ArrayList<>(onMachines("c"));
        between(all, "c.last_ns", filter.fromNanoseconds(), null);
        between(all, "c.first_ns", null, filter.toNanoseconds());
        recorded(all, "c.recorded_at");
        if (filter.recordedFrom() != null) {
            // Most machines are done with soon after they were made, and their numbers tell when that was.
            all.add(Sql.of("c.machine >= (select min(m.number) from machine m where m.changed_at >= ?)",
                    time(filter.recordedFrom())));
        }
        return Sql.and(all);
    }

    /** The order of chunks that events in an order are in. */
    static String ofChunks(EventOrder order) {
        return order == EventOrder.TIME ? "c.recorded_at, c.machine, c.first_seq" : "c.machine, c.first_seq";
    }

    /** Conditions on chunks that may hold rows behind a position. */
    Sql onChunksBehind(@Nullable EventPosition after, EventOrder order) {
        Sql which = onChunks();
        if (after == null) {
            return which;
        }
        String laterMachine = "(c.machine > %d or (c.machine = %d and c.last_seq > %d))".formatted(after.machine(),
                after.machine(), after.seq());
        if (order == EventOrder.SEQUENCE) {
            return Sql.and(List.of(which, Sql.of("c.machine >= " + after.machine() + " and " + laterMachine)));
        }
        Object time = time(after.recordedAt());
        return Sql.and(List.of(which,
                Sql.of("c.recorded_at >= ? and (c.recorded_at > ? or " + laterMachine + ")", time, time)));
    }

    /** Conditions on totals {@code e} of minutes; the filter's times must be whole minutes. */
    Sql onTotals() {
        List<Sql> all = new ArrayList<>(onMachines("e"));
        if (hasKinds(filter)) {
            all.add(Sql.of("e.kind in (" + joined(kinds) + ")"));
        }
        if (filter.subscriber() != null) {
            all.add(Sql.of("e.subscriber = ?", filter.subscriber()));
        }
        recorded(all, "e.from_minute");
        return Sql.and(all);
    }

    private List<Sql> onMachines(String table) {
        if (machines.equals(MachineRange.ALL)) {
            return List.of();
        }
        return List.of(Sql.of(machines.isOne() ? table + ".machine = " + machines.first()
                : table + ".machine between " + machines.first() + " and " + machines.last()));
    }

    private static void between(List<Sql> all, String column, @Nullable Long from, @Nullable Long to) {
        if (from != null) {
            all.add(Sql.of(column + " >= " + from));
        }
        if (to != null) {
            all.add(Sql.of(column + " < " + to));
        }
    }

    private void recorded(List<Sql> all, String column) {
        if (filter.recordedFrom() != null) {
            all.add(Sql.of(column + " >= ?", time(filter.recordedFrom())));
        }
        if (filter.recordedTo() != null) {
            all.add(Sql.of(column + " < ?", time(filter.recordedTo())));
        }
    }

    /** A time as both drivers take it. */
    static Object time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** {@code range_start < end and start < range_end}; a range up to the last byte of all may end at 0. */
    private void overlap(List<Sql> all) {
        Long start = filter.start();
        if (start != null) {
            all.add(Sql.of("not " + above("e.range_start", filter.last(start))));
            all.add(Sql.of("(" + above("e.range_end", start)
                    + " or e.range_end = -1 or (e.range_end = 0 and e.range_start <> 0))"));
        }
    }

    /** Unsigned comparison of a signed column with a number: negative ones are above all others. */
    private static String above(String column, long number) {
        return number < 0 ? "(" + column + " < 0 and " + column + " > " + number + ")"
                : "(" + column + " < 0 or " + column + " > " + number + ")";
    }

    /**
     * The streams of an index whose rows come in order of machine and number, so that the first of each are the first of
     * all; null where none is narrower than the table itself.
     */
    @Nullable
    EventStreams streams() {
        if (filter.operation() != null) {
            return EventStreams.of("notifier_event_operation", "operation", List.of(filter.operation()));
        }
        if (ranges != null) {
            return EventStreams.of(ranges);
        }
        if (hasKinds(filter) && kinds.size() <= MANY_KINDS) {
            return EventStreams.of("notifier_event_kind", "kind", kinds.stream().map(Integer::longValue).toList());
        }
        if (filter.addressSpace() != null) {
            return EventStreams.ofAddressSpace(filter.addressSpace());
        }
        return null;
    }

    boolean hasSubscriber() {
        return filter.subscriber() != null;
    }

    /** Whether chunks tell where to look: those of a time. */
    boolean chunksHelp() {
        return filter.fromNanoseconds() != null || filter.toNanoseconds() != null || filter.recordedFrom() != null
                || filter.recordedTo() != null;
    }

    private static String joined(List<Integer> numbers) {
        return numbers.isEmpty() ? "-1" : numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
