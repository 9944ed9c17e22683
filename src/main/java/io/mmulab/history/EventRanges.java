package io.mmulab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Finds the different ranges in some cells, by jumping in their index from one to the next: however many events a range has,
 * it is met once.
 */
@Component
class EventRanges {
    private static final int MANY_CELLS = 64;
    private static final int MANY_RANGES = 2048;
    private static final String FIRST_OF = "select e.range_cell, e.range_start, e.range_end from notifier_event e ";
    private static final String FIRST = " order by e.range_cell, e.range_start, e.range_end limit 1";

    private final JdbcTemplate jdbc;
    private final HistoryDatabase database;

    EventRanges(JdbcTemplate jdbc, HistoryDatabase database) {
        this.jdbc = jdbc;
        this.database = database;
    }

    /** Those that a byte of {@code [first, last]} is in; null if they would have to be looked for in too many places. */
    @Nullable
    List<EventRange> overlapping(long first, long last) {
        List<Long> cells = cells(first, last);
        if (cells == null) {
            return null;
        }
        List<EventRange> all = switch (database) {
            case POSTGRESQL -> onPostgres(cells);
            case H2 -> onH2(cells);
        };
        return all.size() >= MANY_RANGES ? null : all.stream().filter(range -> range.overlaps(first, last)).toList();
    }

    private static @Nullable List<Long> cells(long first, long last) {
        List<Long> cells = new ArrayList<>(List.of(EventCell.WHOLE));
        for (int level = 0; level < EventCell.LEVELS; level++) {
            long[] range = EventCell.overlapping(level, first, last);
            if (range[1] - range[0] >= MANY_CELLS) {
                return null;
            }
            LongStream.rangeClosed(range[0], range[1]).forEach(cells::add);
        }
        return cells;
    }

    private List<EventRange> onPostgres(List<Long> cells) {
        String next = " cross join lateral (" + FIRST_OF + "where e.range_cell = %s" + FIRST + ") n";
        return query("with recursive r as (select n.* from unnest(cast('{"
                + cells.stream().map(String::valueOf).collect(Collectors.joining(",")) + "}' as bigint[])) s(cell)"
                + next.formatted("s.cell") + " union all select n.* from r"
                + next.formatted("r.range_cell and (e.range_start, e.range_end) > (r.range_start, r.range_end)")
                + ") select * from r limit " + MANY_RANGES);
    }

    /**
     * H2 has no lateral joins, and uses an index only up to its first inequality. For "greater than" it begins at what is equal,
     * which may be a million rows; "at least one more" it finds at once.
     */
    private List<EventRange> onH2(List<Long> cells) {
        String from = FIRST_OF + "use index (notifier_event_range) where e.range_cell = ? ";
        List<EventRange> found = new ArrayList<>();
        for (long cell : cells) {
            List<EventRange> next = query(from + FIRST, cell);
            while (!next.isEmpty() && found.size() < MANY_RANGES) {
                EventRange range = next.getFirst();
                found.add(range);
                next = query(from + "and e.range_start = ? and e.range_end >= ?" + FIRST, cell, range.start(),
                        range.end() + 1);
                if (next.isEmpty()) {
                    next = query(from + "and e.range_start >= ?" + FIRST, cell, range.start() + 1);
                }
            }
        }
        return found;
    }

    private List<EventRange> query(String sql, Object... parameters) {
        return jdbc.query(sql, (row, i) -> new EventRange(row.getLong(1), row.getLong(2), row.getLong(3)), parameters);
    }
}
