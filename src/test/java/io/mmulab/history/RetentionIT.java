package io.mmulab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.mmulab.testdb.EmptyDatabase;

/** Old events go by age and by size; what is younger, and what is still written to, stays. */
class RetentionIT {
    private static final Instant NOW = Instant.parse("2030-06-15T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final EmptyDatabase database = EmptyDatabase.create();
    private final DataSource connections = database.dataSource();
    private final JdbcTemplate jdbc = new JdbcTemplate(connections);
    private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(connections));

    private HistoryDatabase kind = HistoryDatabase.H2;
    private Partitions partitions = new Partitions(database.dataSource(), kind, DAY);

    @BeforeEach
    void makeSchema() {
        Flyway.configure().dataSource(database.dataSource()).locations(EmptyDatabase.migrations()).load().migrate();
        kind = HistoryConfiguration.database(jdbc);
        partitions = new Partitions(database.dataSource(), kind, DAY);
    }

    @Test
    void eventsGoWhenNothingWasStoredForTheirMachineThatLong() {
        long old = machine(NOW.minus(DAY.multipliedBy(40)), NOW.minus(DAY.multipliedBy(39)), 10);
        long used = machine(NOW.minus(DAY.multipliedBy(30)), NOW.minus(Duration.ofHours(1)), 20);
        long young = machine(NOW.minus(DAY), NOW.minus(DAY), 30);

        retention().dropOlderThan(DAY.multipliedBy(7), NOW);

        assertThat(left()).containsExactly(used, young);
        assertThat(jdbc.queryForList("select distinct machine from event_total order by 1", Long.class))
                .containsExactly(used, young);
        assertThat(jdbc.queryForList("select distinct machine from event_chunk order by 1", Long.class))
                .doesNotContain(old);
        assertThat(jdbc.queryForObject("select count(*) from machine", Long.class)).isEqualTo(3);
    }

    @Test
    void oldestEventsGoUntilTheOthersFit() {
        machine(NOW.minus(DAY.multipliedBy(3)), NOW, 20_000);
        machine(NOW.minus(DAY.multipliedBy(2)), NOW, 20_000);
        long last = machine(NOW.minus(DAY), NOW, 20_000);

        retention().dropBeyond(1 << 20);
        assertThat(left()).containsExactly(last);

        retention().dropBeyond(0);
        assertThat(left()).as("the newest stays, whatever it takes").containsExactly(last);
    }

    @Test
    void aChunkThatIsWrittenTwiceIsRefused() {
        long machine = machine(NOW, NOW, 5);
        assertThatThrownBy(() -> write(machine, 5, NOW)).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(jdbc.queryForObject("select sum(events) from event_total", Long.class)).isEqualTo(5);
    }

    @Test
    void partitionsOfAnotherLengthFitBetweenThoseThatAreThere() {
        machine(NOW.minus(DAY), NOW, 1);
        machine(NOW.plus(DAY), NOW, 1);
        partitions = new Partitions(database.dataSource(), kind, Duration.ofDays(100));
        machine(NOW, NOW, 1);
        assertThat(left()).hasSize(3);
    }

    private Retention retention() {
        return new Retention(jdbc, transaction, kind, partitions,
                new HistorySettings(DAY, null, null, Duration.ofMinutes(1)));
    }

    private List<@Nullable Long> left() {
        return jdbc.queryForList("select distinct machine from notifier_event order by machine", Long.class);
    }

    private long machine(Instant made, Instant changed, int count) {
        long number = MachineNumbers.block(made.toEpochMilli(), 7);
        partitions.cover(number);
        jdbc.update("insert into machine (id, number, kind, architecture, kernel_version, kernel_design, spec_json,"
                + " created_at, changed_at, operations, last_event) values (?, ?, 'INTERACTIVE', 'arm64', '6.6', 'x', '{}',"
                + " ?, ?, 0, 0)", "m" + number, number, EventConditions.time(made), EventConditions.time(made));
        write(number, count, changed);
        return number;
    }

    private void write(long machine, int count, Instant when) {
        var store = new JdbcEventStore(jdbc, kind, new EventKinds(jdbc, jdbc));
        transaction.executeWithoutResult(status -> new StoredEvents("", 1,
                rows -> store.append(machine, rows, StoredEvents::deviceName, when)).write(count, when));
    }
}
