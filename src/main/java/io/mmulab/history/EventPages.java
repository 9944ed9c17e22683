package io.mmulab.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import io.mmulab.history.EventConditions.Sql;
import io.mmulab.history.EventConditions.Streams;

/**
 * Reads a page of events in one of three ways, whichever touches the fewest rows: as a merge of ordered streams of an index
 * (kinds, cells), chunk by chunk (operations, times, order of time), or along the primary key.
 */
@Component
class EventPages {
    private static final int FIRST_CHUNKS = 32;
    private static final int MOST_CHUNKS = 2048;

    private final EntityManager entities;
    private final HistoryDatabase database;

    EventPages(EntityManager entities, HistoryDatabase database) {
        this.entities = entities;
        this.database = database;
    }

    List<EventEntity> read(EventConditions conditions, EventOrder order, @Nullable EventPosition after, int limit) {
        Streams streams = conditions.streams();
        if (order == EventOrder.TIME || (conditions.chunksHelp() && streams == null)) {
            return byChunks(conditions, order, after, limit);
        }
        if (streams != null && streams.values().isEmpty()) {
            return List.of();
        }
        return switch (database) {
            case POSTGRESQL -> onPostgres(conditions, streams, after, limit);
            case H2 -> onH2(conditions, streams, after, limit);
        };
    }

    /** One plan for all streams; a row comparison is one place in the index, and the plain one excludes partitions. */
    private List<EventEntity> onPostgres(EventConditions conditions, @Nullable Streams streams,
            @Nullable EventPosition after, int limit) {
        Sql rows = conditions.onRowsBeside(streams == null ? "" : streams.column());
        String behind = after == null ? ""
                : " and e.machine >= %d and (e.machine, e.seq) > (%d, %d)".formatted(after.machine(), after.machine(),
                        after.seq());
        String end = " order by e.machine, e.seq limit " + limit;
        if (streams == null) {
            return list("select e.* from notifier_event e where " + rows.text() + behind + end, rows.parameters());
        }
        String inner = "select * from notifier_event e where e." + streams.column() + " = s.value and " + rows.text()
                + behind + end;
        return list("select e.* from unnest(cast('{" + streams.values().stream().map(String::valueOf)
                .collect(Collectors.joining(",")) + "}' as bigint[])) s(value) cross join lateral (" + inner + ") e"
                + end,
                rows.parameters());
    }

    /** H2 has no lateral joins, and uses an index only up to its first inequality: so stream by stream. */
    private List<EventEntity> onH2(EventConditions conditions, @Nullable Streams streams, @Nullable EventPosition after,
            int limit) {
        if (streams == null) {
            return conditions.hasSubscriber()
                    ? inTwo(conditions.onRows(), conditions,
                            "notifier_event e use index (notifier_event_subscriber) where",
                            "e.subscriber, e.machine, e.seq", after, limit)
                    : inTwo(conditions.onRows(), conditions, "notifier_event e where", "e.machine, e.seq", after,
                            limit);
        }
        List<EventEntity> found = new ArrayList<>();
        for (Long value : streams.values()) {
            found.addAll(inTwo(conditions.onRowsBeside(streams.column()), conditions,
                    "notifier_event e use index (" + streams.index() + ") where e." + streams.column() + " = " + value
                            + " and",
                    "e." + streams.column() + ", e.machine, e.seq", after, limit));
        }
        found.sort(Comparator.comparingLong((EventEntity row) -> row.key().machine())
                .thenComparingLong(row -> row.key().seq()));
        return found.subList(0, Math.min(limit, found.size()));
    }

    /** What is left of the position's machine, then other machines. */
    private List<EventEntity> inTwo(Sql rows, EventConditions conditions, String from, String order,
            @Nullable EventPosition after, int limit) {
        String start = "select e.* from " + from + " " + rows.text();
        String end = " order by " + order + " limit ";
        if (after == null) {
            return list(start + end + limit, rows.parameters());
        }
        List<EventEntity> found = new ArrayList<>(list(start + " and e.machine = " + after.machine() + " and e.seq > "
                + after.seq() + end + limit, rows.parameters()));
        if (found.size() < limit && !conditions.machines().isOne()) {
            found.addAll(list(start + " and e.machine > " + after.machine() + end + (limit - found.size()),
                    rows.parameters()));
        }
        return found;
    }

    // --- chunk by chunk ---

    private record Chunk(long machine, long first, long last, Instant recordedAt) {}

    private List<EventEntity> byChunks(EventConditions conditions, EventOrder order, @Nullable EventPosition after,
            int limit) {
        List<EventEntity> found = new ArrayList<>();
        EventPosition from = after;
        for (int size = FIRST_CHUNKS; found.size() < limit; size = Math.min(size * 2, MOST_CHUNKS)) {
            List<Chunk> chunks = chunks(conditions, order, from, size);
            for (Chunk run : runs(chunks, from)) {
                if (found.size() < limit) {
                    found.addAll(rowsOf(conditions, run, limit - found.size()));
                }
            }
            if (chunks.size() < size) {
                break;
            }
            Chunk last = chunks.getLast();
            from = new EventPosition(last.machine(), last.last(), last.recordedAt());
        }
        return found;
    }

    private List<Chunk> chunks(EventConditions conditions, EventOrder order, @Nullable EventPosition after, int limit) {
        Sql which = conditions.onChunks();
        List<Object> parameters = new ArrayList<>(which.parameters());
        String behind = "";
        if (after != null) {
            String laterInOrder = "(c.machine > %d or (c.machine = %d and c.last_seq > %d))".formatted(after.machine(),
                    after.machine(), after.seq());
            if (order == EventOrder.SEQUENCE) {
                behind = " and c.machine >= " + after.machine() + " and " + laterInOrder;
            } else {
                behind = " and c.recorded_at >= ? and (c.recorded_at > ? or " + laterInOrder + ")";
                parameters.add(EventConditions.time(after.recordedAt()));
                parameters.add(EventConditions.time(after.recordedAt()));
            }
        }
        Query query = entities.createNativeQuery(
                "select c.machine, c.first_seq, c.last_seq, c.recorded_at from event_chunk c where "
                        + which.text() + behind + " order by "
                        + (order == EventOrder.TIME ? "c.recorded_at, c.machine, c.first_seq"
                                : "c.machine, c.first_seq")
                        + " limit " + limit,
                ChunkEntity.class);
        return bind(query, parameters).stream().map(row -> ((ChunkEntity) row))
                .map(row -> new Chunk(row.machine(), row.firstSeq(), row.lastSeq(), row.recordedAt())).toList();
    }

    /** Chunks that follow each other as one, without what is before the position. */
    private static List<Chunk> runs(List<Chunk> chunks, @Nullable EventPosition after) {
        List<Chunk> runs = new ArrayList<>();
        for (Chunk chunk : chunks) {
            Chunk last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.machine() == chunk.machine() && last.last() + 1 == chunk.first()) {
                runs.set(runs.size() - 1, new Chunk(last.machine(), last.first(), chunk.last(), chunk.recordedAt()));
            } else if (after != null && last == null && after.machine() == chunk.machine()) {
                runs.add(new Chunk(chunk.machine(), Math.max(chunk.first(), after.seq() + 1), chunk.last(),
                        chunk.recordedAt()));
            } else {
                runs.add(chunk);
            }
        }
        return runs;
    }

    private List<EventEntity> rowsOf(EventConditions conditions, Chunk run, int limit) {
        Sql rows = conditions.onRows();
        return list("select e.* from notifier_event e where e.machine = " + run.machine() + " and e.seq between "
                + run.first() + " and " + run.last() + " and " + rows.text() + " order by e.seq limit " + limit,
                rows.parameters());
    }

    Map<Long, Long> lastStored(EventConditions.MachineRange machines) {
        Map<Long, Long> last = new TreeMap<>();
        for (Object row : entities
                .createNativeQuery("select machine, max(last_seq) from event_chunk where machine between "
                        + machines.first() + " and " + machines.last() + " group by machine")
                .getResultList()) {
            Object[] pair = (Object[]) row;
            last.put(((Number) pair[0]).longValue(), ((Number) pair[1]).longValue());
        }
        return last;
    }

    private List<EventEntity> list(String sql, List<Object> parameters) {
        return bind(entities.createNativeQuery(sql, EventEntity.class), parameters).stream()
                .map(EventEntity.class::cast).toList();
    }

    private static List<?> bind(Query query, List<Object> parameters) {
        for (int i = 0; i < parameters.size(); i++) {
            query.setParameter(i + 1, parameters.get(i));
        }
        return query.getResultList();
    }
}
