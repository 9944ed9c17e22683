package io.mmulab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.mmulab.history.EventConditions.Sql;
import io.mmulab.history.EventConditions.Streams;

/** One statement a page: lateral joins ask an index for the first rows of each stream, or of each chunk. */
final class PostgresEventPages implements EventPages {
    private final EventRows events;

    PostgresEventPages(EventRows events) {
        this.events = events;
    }

    @Override
    public List<StoredEvent> read(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        if (EventPages.byChunks(conditions, order)) {
            return events.from(byChunks(conditions, order, after, limit));
        }
        Streams streams = conditions.streams();
        if (streams == null) {
            Sql rows = conditions.onRows();
            return events.from(rows.within("notifier_event e where %s" + behind(after) + byPlace("e", limit)));
        }
        return streams.values().isEmpty() ? List.of() : events.from(byStreams(conditions, streams, after, limit));
    }

    /** The streams give places only, which an index knows by itself; the rows of a page are read last. */
    private static Sql byStreams(EventConditions conditions, Streams streams, @Nullable EventPosition after,
            int limit) {
        Sql rows = conditions.onRowsBeside(streams.column());
        String stream = "select e.machine, e.seq from notifier_event e where e." + streams.column() + " = %s and "
                + rows.text() + behind(after) + byPlace("e", limit);
        // A single value is written out: a partial index is used only where the value is known to be in it.
        String places = streams.values().size() == 1 ? stream.formatted(streams.values().getFirst())
                : "select p.machine, p.seq from unnest(cast('{" + streams.values().stream().map(String::valueOf)
                        .collect(Collectors.joining(",")) + "}' as bigint[])) s(value) cross join lateral ("
                        + stream.formatted("s.value") + ") p" + byPlace("p", limit);
        return new Sql("(" + places + ") p join notifier_event e on e.machine = p.machine and e.seq = p.seq"
                + byPlace("e", limit), rows.parameters());
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
