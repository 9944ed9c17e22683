package io.mmulab.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import io.mmulab.history.EventConditions.Sql;

/** Counts events: from the totals of minutes where the question allows, otherwise from the rows. */
@Component
class EventSummaries {
    private static final String BUCKET = "recordedFrom";
    private static final String SIMULATED_BUCKET = "fromNanoseconds";
    private static final int MEASURES = 6;
    private static final String DROPPED =
            "case when k.reaction = 'DROPPED' and k.phase <> 'SPURIOUS_ZAP' then e.entries else 0 end";
    private static final String SPURIOUS = "case when k.phase = 'SPURIOUS_ZAP' then e.entries else 0 end";

    private final JdbcTemplate jdbc;

    EventSummaries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<EventGroup> read(EventFilter filter, EventConditions conditions, EventGrouping grouping, int limit) {
        boolean totals = answeredByTotals(filter, grouping);
        List<String> keys = new ArrayList<>(grouping.columns().stream()
                .map(column -> totals && column == EventColumn.SUBSCRIBER ? "nullif(e.subscriber, '')" : column.sql())
                .toList());
        List<String> labels = new ArrayList<>(grouping.columns().stream().map(EventColumn::label).toList());
        if (grouping.bucket() != null) {
            keys.add(bucket(grouping.bucket(), totals ? "e.from_minute" : "e.recorded_at"));
            labels.add(BUCKET);
        }
        if (grouping.simulatedBucket() != null) {
            keys.add("e.simulated_ns / " + grouping.simulatedBucket() + " * " + grouping.simulatedBucket());
            labels.add(SIMULATED_BUCKET);
        }
        Sql where = totals ? conditions.onTotals() : conditions.onRows();
        String sql = "select " + keys.stream().map(key -> key + ", ").collect(Collectors.joining())
                + measures(totals, grouping.distinctPages()) + from(totals, grouping) + " where " + where.text()
                + order(keys, grouping.columns().contains(EventColumn.MACHINE)) + " limit " + limit;
        return jdbc.query(sql, (row, i) -> group(labels, row), where.parameters().toArray());
    }

    /** Totals know kinds, subscribers and minutes. */
    static boolean answeredByTotals(EventFilter filter, EventGrouping grouping) {
        return filter.addressSpace() == null && filter.operation() == null && filter.start() == null
                && filter.fromNanoseconds() == null
                && filter.toNanoseconds() == null && isMinute(filter.recordedFrom()) && isMinute(filter.recordedTo())
                && grouping.columns().stream().allMatch(EventColumn::isInTotals) && !grouping.distinctPages()
                && grouping.simulatedBucket() == null
                && (grouping.bucket() == null || grouping.bucket().toSeconds() % 60 == 0);
    }

    private static boolean isMinute(@Nullable Instant time) {
        return time == null || time.equals(time.truncatedTo(ChronoUnit.MINUTES));
    }

    /** Seconds since 1970: the one form of a time that both databases divide alike. */
    private static String bucket(Duration width, String column) {
        long seconds = Math.max(1, width.toSeconds());
        return "cast(floor(extract(epoch from " + column + ") / " + seconds + ") as bigint) * " + seconds;
    }

    private static String measures(boolean totals, boolean distinctPages) {
        String pages = totals ? "e.pages"
                : "case when e.range_cell = -1 then 0 else (e.range_end - e.range_start + 4095) / 4096 end";
        return (totals ? "sum(e.events)" : "count(*)") + ", sum(e.entries), sum(" + pages + "), sum(" + DROPPED
                + "), sum(" + SPURIOUS + "), " + (distinctPages
                        ? "count(distinct case when e.range_cell = -1 then null else e.range_start / 4096 end)"
                        : "cast(null as bigint)");
    }

    private static String from(boolean totals, EventGrouping grouping) {
        return " from " + (totals ? "event_total" : "notifier_event") + " e join event_kind k on k.id = e.kind"
                + (grouping.columns().stream().anyMatch(EventColumn::isOfMachine)
                        ? " join machine m on m.number = e.machine"
                        : "");
    }

    /** By machine first, where there are machines: rows and totals lie in that order, so the first groups need not all of them. */
    private static String order(List<String> keys, boolean byMachine) {
        if (keys.isEmpty()) {
            return "";
        }
        String list = (byMachine ? "e.machine, " : "") + String.join(", ", keys);
        return " group by " + list + " order by " + list;
    }

    List<PageHeat> hotPages(EventConditions conditions, int limit) {
        Sql where = conditions.onRows();
        String page = "e.range_start - mod(e.range_start, 4096)";
        return jdbc.query("select " + page + ", count(*) as n, sum(" + DROPPED + "), sum(" + SPURIOUS
                + ") from notifier_event e join event_kind k on k.id = e.kind where e.range_cell <> -1 and "
                + where.text()
                + " group by " + page + " order by n desc, 1 limit " + limit,
                (row, i) -> new PageHeat(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                where.parameters().toArray());
    }

    /** A window's end has the addresses of its start; windows of the same addresses in one operation end in order. */
    List<WindowLatency> latency(EventConditions conditions) {
        Sql where = conditions.onRows();
        return jdbc.query("""
                with w as (
                    select e.machine, e.operation, e.address_space, e.range_start, e.range_end, k.event_type, e.simulated_ns,
                        case when k.phase = 'RANGE_START' then 1 else 0 end as begins,
                        row_number() over (partition by e.machine, e.operation, e.address_space, e.range_start, e.range_end,
                            case when k.phase = 'RANGE_START' then 1 else 0 end order by e.seq) as n
                    from notifier_event e join event_kind k on k.id = e.kind
                    where e.subscriber is null and %s),
                l as (
                    select s.event_type, e.simulated_ns - s.simulated_ns as ns
                    from w s join w e on e.machine = s.machine and e.operation = s.operation
                        and e.address_space = s.address_space and e.range_start = s.range_start
                        and e.range_end = s.range_end and e.n = s.n
                    where s.begins = 1 and e.begins = 0)
                select event_type, count(*), min(ns), percentile_disc(0.5) within group (order by ns),
                    percentile_disc(0.9) within group (order by ns), percentile_disc(0.99) within group (order by ns), max(ns)
                from l group by event_type order by 1
                """.formatted(where.text()),
                (row, i) -> new WindowLatency(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4),
                        row.getLong(5), row.getLong(6), row.getLong(7)),
                where.parameters().toArray());
    }

    private static EventGroup group(List<String> labels, ResultSet row) throws SQLException {
        Map<String, @Nullable Object> key = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            Object value = row.getObject(i + 1);
            key.put(labels.get(i),
                    labels.get(i).equals(BUCKET) && value != null ? Instant.ofEpochSecond(((Number) value).longValue())
                            : value);
        }
        int first = labels.size() + 1;
        long counted = row.getLong(first + MEASURES - 1);
        Long distinct = row.wasNull() ? null : counted;
        return new EventGroup(key, row.getLong(first), row.getLong(first + 1), row.getLong(first + 2),
                row.getLong(first + 3), row.getLong(first + 4), distinct);
    }
}
