package io.mmulab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.history.EventConditions.Sql;

/** One statement a page: lateral joins ask an index for the first rows of each stream, or of each chunk. */
final class PostgresEventPages implements EventPages {
    /**
     * An index gives the first rows of a stream in order. The planner, who expects few rows where it has not counted yet, would
     * rather read all of them and sort. What it then thinks the unavoidable sort of a page costs must not call the JIT.
     */
    private static final String IN_ORDER = "set local enable_sort = off; set local jit = off";

    /** Most events are of the first address space: its index leaves them out. */
    private static final EventStreams NOT_IN_THE_INDEX = EventStreams.ofAddressSpace(1);

    /** Streams of which it costs less to read all rows than to read the rows of a page by their places. */
    private static final int FEW = 3;

    private final EventRows events;
    private final JdbcTemplate jdbc;

    PostgresEventPages(EventRows events, JdbcTemplate jdbc) {
        this.events = events;
        this.jdbc = jdbc;
    }

    @Override
    public List<StoredEvent> read(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        EventStreams streams = conditions.streams();
        if (streams != null && streams.values().isEmpty()) {
            return List.of();
        }
        jdbc.execute(IN_ORDER);
        if (EventPages.byChunks(conditions, order)) {
            return events.from(byChunks(conditions, order, after, limit));
        }
        if (streams == null || streams.equals(NOT_IN_THE_INDEX)) {
            Sql rows = conditions.onRows();
            return events.from(rows.within("notifier_event e where %s" + behind(after) + byPlace("e", limit)));
        }
        return events.from(byStreams(conditions, streams, after, limit));
    }

    /** Many streams give places only, which an index knows by itself, and the rows of a page are read last; few give rows. */
    private static Sql byStreams(EventConditions conditions, EventStreams streams, @Nullable EventPosition after,
            int limit) {
        List<String> columns = streams.columns();
        Sql rows = conditions.onRowsBeside(columns);
        boolean few = streams.values().size() <= FEW;
        String stream = (few ? "select e.*" : "select e.machine, e.seq") + " from notifier_event e where "
                + columns.stream().map(column -> "e." + column + " = %s and ").collect(Collectors.joining())
                + rows.text() + behind(after) + byPlace("e", limit);
        String merged = "(" + merged(stream, streams, limit) + ")";
        return new Sql(
                (few ? merged + " e" : merged + " p join notifier_event e on e.machine = p.machine and e.seq = p.seq")
                        + byPlace("e", limit),
                rows.parameters());
    }

    private static String merged(String stream, EventStreams streams, int limit) {
        // The values of a single stream are written out: a partial index is used only where they are known to be in it.
        if (streams.values().size() == 1) {
            return stream.formatted(streams.values().getFirst().toArray());
        }
        List<String> numbers = IntStream.range(0, streams.columns().size()).mapToObj(i -> "v" + i).toList();
        return "select p.* from (values " + streams.values().stream()
                .map(values -> values.stream().map(value -> "cast(" + value + " as bigint)")
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", ")) + ") s(" + String.join(", ", numbers) + ") cross join lateral ("
                + stream.formatted(numbers.stream().map("s."::concat).toArray()) + ") p" + byPlace("p", limit);
    }

    /** A row comparison is one place in an index, and the plain one beside it excludes partitions. */
    private static String behind(@Nullable EventPosition after) {
        return after == null ? ""
                : " and e.machine >= %d and (e.machine, e.seq) > (%d, %d)".formatted(after.machine(), after.machine(),
                        after.seq());
    }

    private static String byPlace(String table, int limit) {
        return " order by %s.machine, %s.seq limit %d".formatted(table, table, limit);
    }

    /** Chunks in order, and the rows of each only until the page is full. */
    private static Sql byChunks(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        Sql chunks = conditions.onChunksBehind(after, order);
        Sql rows = conditions.onRows();
        String behind = after == null ? ""
                : " and (e.machine <> " + after.machine() + " or e.seq > " + after.seq() + ")";
        List<Object> parameters = new ArrayList<>(rows.parameters());
        parameters.addAll(chunks.parameters());
        return new Sql("event_chunk c cross join lateral (select e.* from notifier_event e where e.machine = c.machine"
                + " and e.seq between c.first_seq and c.last_seq and " + rows.text() + behind + " order by e.seq limit "
                + limit + ") e where " + chunks.text() + " order by " + EventConditions.ofChunks(order)
                + ", e.seq limit " + limit, parameters);
    }
}
