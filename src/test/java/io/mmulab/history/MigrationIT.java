package io.mmulab.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.testdb.EmptyDatabase;
import io.mmulab.testdb.TestDatabase;

/** A database full of data goes from the first schema to the newest. {@code -Dmmulab.migration.rows} makes it fuller. */
class MigrationIT {
    private static final int ROWS = Integer.getInteger("mmulab.migration.rows", 20_000);
    private static final int MACHINES = 10;

    private final EmptyDatabase database = EmptyDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

    @Test
    void eventsOfTheFirstSchemaAreAllThereAfterwards() {
        migrate("1");
        fill();
        List<Map<String, @Nullable Object>> before = fingerprint("notifier_event");
        assertThat(before).hasSize(MACHINES);

        migrate("latest");

        assertThat(fingerprint("event_named")).isEqualTo(before);
        assertThat(count("select sum(events) from event_total")).isEqualTo(ROWS);
        assertThat(count("select sum(last_seq - first_seq + 1) from event_chunk")).isEqualTo(ROWS);
        assertThat(jdbc.query("select range_start, range_end, range_cell from notifier_event where seq <= 200",
                (row, i) -> EventCell.of(row.getLong(1), row.getLong(2)) == row.getLong(3))).containsOnly(true);
        // The machines of a comparison have numbers in a row, and no other machine is among them.
        assertThat(count("select max(number) - min(number) from machine where comparison is not null")).isEqualTo(4);
    }

    private void migrate(String target) {
        Flyway.configure().dataSource(database.dataSource()).locations(EmptyDatabase.migrations()).target(target).load()
                .migrate();
    }

    private void fill() {
        jdbc.update("insert into comparison (id, status, request_json, created_at)"
                + " values ('c', 'DONE', '{}', current_timestamp)");
        for (int i = 0; i < MACHINES; i++) {
            boolean cell = i % 2 == 0;
            jdbc.update(
                    "insert into machine (id, kind, comparison, architecture, kernel_version, kernel_design, spec_json,"
                            + " created_at, operations, last_event) values (?, ?, ?, 'arm64', '6.6', 'linux-6.6', '{}',"
                            + " current_timestamp, 0, 0)",
                    cell ? "c-00" + i : "m-" + i,
                    cell ? "COMPARISON_CELL" : "INTERACTIVE", cell ? "c" : null);
            String numbers = TestDatabase.kind() == TestDatabase.Kind.H2 ? "system_range(1, ?) as s(n)"
                    : "generate_series(1, ?) as s(n)";
            jdbc.update("""
                    insert into notifier_event (machine, seq, operation, simulated_ns, recorded_at, address_space, phase,
                        event_type, range_start, range_end, blockable, cause, subscriber, reaction, entries, violation)
                    select ?, n, n / 7, n * 10, timestamp with time zone '2026-01-01 00:00:00Z'
                            + cast(n / 1000 as integer) * interval '1' second, 1 + mod(n, 3),
                        case mod(n, 3) when 0 then 'RANGE_START' when 1 then 'RANGE_START' else 'VIOLATION' end,
                        case mod(n, 3) when 2 then null else 'CLEAR' end,
                        case mod(n, 11) when 0 then 0 when 1 then -65536 else 4096 * n end,
                        case mod(n, 11) when 0 then -1 when 1 then 0 when 2 then 4096 * n + 123456789
                            else 4096 * n + 4096 end,
                        mod(n, 3) = 0, 'UNMAP_VMAS', case mod(n, 3) when 1 then 'device' end,
                        case mod(n, 3) when 1 then 'DROPPED' end, cast(mod(n, 5) as integer),
                        case mod(n, 3) when 2 then 'BOOKEND' end
                    from %s
                    """.formatted(numbers), cell ? "c-00" + i : "m-" + i, ROWS / MACHINES);
        }
    }

    private List<Map<String, @Nullable Object>> fingerprint(String table) {
        return jdbc.queryForList("""
                select machine, count(*) as n, min(seq) as first, max(seq) as last, sum(operation) as o,
                    sum(simulated_ns) as s, sum(cast(mod(range_start, 1000003) as bigint)) as b,
                    sum(cast(mod(range_end, 1000003) as bigint)) as e, sum(address_space) as a, sum(entries) as d,
                    count(event_type) as t, count(subscriber) as u, count(reaction) as r, count(violation) as v,
                    count(distinct phase) as p, sum(case when blockable then 1 else 0 end) as k, max(recorded_at) as w
                from %s group by machine order by machine
                """.formatted(table));
    }

    private long count(String sql) {
        Long number = jdbc.queryForObject(sql, Long.class);
        return number == null ? 0 : number;
    }
}
