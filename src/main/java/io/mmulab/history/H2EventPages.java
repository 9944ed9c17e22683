package io.mmulab.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.mmulab.history.EventConditions.Sql;

/**
 * Several statements a page: H2 has no lateral joins and uses an index only up to its first inequality, but runs in this
 * process, so that asking often costs little.
 */
final class H2EventPages implements EventPages {
    /** Streams of a statement: H2 nests unions. */
    private static final int STREAMS = 64;
    private static final int FIRST_CHUNKS = 32;
    private static final int MOST_CHUNKS = 2048;

    private final EventRows events;

    H2EventPages(EventRows events) {
        this.events = events;
    }

    @Override
    public List<StoredEvent> read(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        if (EventPages.byChunks(conditions, order)) {
            return byChunks(conditions, order, after, limit);
        }
        EventStreams streams = conditions.streams();
        if (streams != null) {
            return byStreams(conditions, streams, after, limit);
        }
        return conditions.hasSubscriber()
                ? along(conditions, "notifier_event e use index (notifier_event_subscriber)",
                        "e.subscriber, e.machine, e.seq", after, limit)
                : along(conditions, "notifier_event e", "e.machine, e.seq", after, limit);
    }

    private List<StoredEvent> byStreams(EventConditions conditions, EventStreams streams, @Nullable EventPosition after,
            int limit) {
        List<StoredEvent> found = new ArrayList<>();
        for (int first = 0; first < streams.values().size(); first += STREAMS) {
            int end = Math.min(first + STREAMS, streams.values().size());
            found.addAll(events.from(merged(conditions, new EventStreams(streams.index(), streams.columns(),
                    streams.values().subList(first, end)), after, limit)));
        }
        found.sort(Comparator.comparingLong(StoredEvent::machine).thenComparingLong(StoredEvent::seq));
        return found.subList(0, Math.min(limit, found.size()));
    }

    /** As {@link PostgresEventPages}: places from the index, and the rows of a page last. */
    private static Sql merged(EventConditions conditions, EventStreams streams, @Nullable EventPosition after,
            int limit) {
        List<String> columns = streams.columns();
        String order = columns.stream().map(column -> "e." + column + ", ").collect(Collectors.joining())
                + "e.machine, e.seq limit " + limit;
        Sql rows = conditions.onRowsBeside(columns);
        List<String> places = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        for (List<Long> values : streams.values()) {
            String equal = IntStream.range(0, columns.size())
                    .mapToObj(i -> "e." + columns.get(i) + " = " + values.get(i) + " and ")
                    .collect(Collectors.joining());
            for (String part : parts(conditions, after)) {
                places.add("select * from (select e.machine, e.seq from notifier_event e use index (" + streams.index()
                        + ") where "
                        + equal + rows.text() + part + " order by " + order + ") s");
                parameters.addAll(rows.parameters());
            }
        }
        return new Sql("(" + String.join(" union all ", places) + " order by 1, 2 limit " + limit + ") p"
                + " join notifier_event e on e.machine = p.machine and e.seq = p.seq order by e.machine, e.seq",
                parameters);
    }

    /**
     * What is behind a position, in order: what is left of its machine, then other machines. For "greater than" H2 would begin at
     * all that is equal.
     */
    private static List<String> parts(EventConditions conditions, @Nullable EventPosition after) {
        if (after == null) {
            return List.of("");
        }
        String rest = " and e.machine = " + after.machine() + " and e.seq >= " + (after.seq() + 1);
        return conditions.machines().isOne() ? List.of(rest)
                : List.of(rest, " and e.machine >= " + (after.machine() + 1));
    }

    private List<StoredEvent> along(EventConditions conditions, String from, String order,
            @Nullable EventPosition after, int limit) {
        List<StoredEvent> found = new ArrayList<>();
        for (String part : parts(conditions, after)) {
            if (found.size() < limit) {
                found.addAll(events.from(conditions.onRows().within(from + " where %s" + part + " order by " + order
                        + " limit " + (limit - found.size()))));
            }
        }
        return found;
    }

    // --- chunk by chunk ---

    /** Events of a machine, both numbers included. */
    private record Run(long machine, long first, long last) {}

    private List<StoredEvent> byChunks(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        List<StoredEvent> found = new ArrayList<>();
        EventPosition from = after;
        for (int size = FIRST_CHUNKS; found.size() < limit; size = Math.min(size * 2, MOST_CHUNKS)) {
            List<ChunkEntity> chunks = chunks(conditions, order, from, size);
            for (Run run : runs(chunks, from)) {
                if (found.size() < limit) {
                    found.addAll(rowsOf(conditions, run, limit - found.size()));
                }
            }
            if (chunks.size() < size) {
                break;
            }
            ChunkEntity last = chunks.getLast();
            from = new EventPosition(last.machine(), last.lastSeq(), last.recordedAt());
        }
        return found;
    }

    private List<ChunkEntity> chunks(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        return events.chunks(conditions.onChunksBehind(after, order)
                .within("select c.machine, c.first_seq, c.last_seq, c.recorded_at from event_chunk c where %s order by "
                        + EventConditions.ofChunks(order) + " limit " + limit));
    }

    /** Chunks that follow each other as one, without what is before the position. */
    private static List<Run> runs(List<ChunkEntity> chunks, @Nullable EventPosition after) {
        List<Run> runs = new ArrayList<>();
        for (ChunkEntity chunk : chunks) {
            Run last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.machine() == chunk.machine() && last.last() + 1 == chunk.firstSeq()) {
                runs.set(runs.size() - 1, new Run(last.machine(), last.first(), chunk.lastSeq()));
            } else if (after != null && last == null && after.machine() == chunk.machine()) {
                runs.add(new Run(chunk.machine(), Math.max(chunk.firstSeq(), after.seq() + 1), chunk.lastSeq()));
            } else {
                runs.add(new Run(chunk.machine(), chunk.firstSeq(), chunk.lastSeq()));
            }
        }
        return runs;
    }

    private List<StoredEvent> rowsOf(EventConditions conditions, Run run, int limit) {
        return events.from(conditions.onRows().within("notifier_event e where e.machine = " + run.machine()
                + " and e.seq between " + run.first() + " and " + run.last() + " and %s order by e.seq limit "
                + limit));
    }
}
