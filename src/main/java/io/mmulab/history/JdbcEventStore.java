package io.mmulab.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import io.mmulab.kernel.event.EventColumns;

/** Stores a chunk: its rows in the way of the database, the row that says what is in it, and its share of the totals. */
class JdbcEventStore implements EventStore {
    private static final String CHUNK = """
            insert into event_chunk (machine, first_seq, last_seq, first_operation, last_operation, first_ns, last_ns,
                recorded_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final JdbcTemplate jdbc;
    private final HistoryDatabase database;
    private final RowWriter writer;
    private final EventKinds kinds;

    JdbcEventStore(JdbcTemplate jdbc, HistoryDatabase database, EventKinds kinds) {
        this.jdbc = jdbc;
        this.database = database;
        this.writer = database.newWriter();
        this.kinds = kinds;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(long machine, EventColumns rows, IntFunction<String> deviceNames, Instant recordedAt) {
        int[] numbers = new int[rows.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = kinds.number(rows, i);
        }
        // The databases keep microseconds, and the rows of a chunk and the chunk must agree.
        Instant when = recordedAt.truncatedTo(ChronoUnit.MICROS);
        jdbc.execute((ConnectionCallback<@Nullable Void>) connection -> {
            writer.write(connection, machine, rows, numbers, deviceNames, when);
            describe(connection, machine, rows, when);
            total(connection, machine, new EventTotals(rows, numbers), deviceNames, when);
            return null;
        });
    }

    private static void describe(Connection connection, long machine, EventColumns rows, Instant when)
            throws SQLException {
        int last = rows.size() - 1;
        long firstOperation = Long.MAX_VALUE;
        long lastOperation = Long.MIN_VALUE;
        for (int i = 0; i <= last; i++) {
            firstOperation = Math.min(firstOperation, rows.operation(i));
            lastOperation = Math.max(lastOperation, rows.operation(i));
        }
        try (PreparedStatement insert = connection.prepareStatement(CHUNK)) {
            insert.setLong(1, machine);
            insert.setLong(2, rows.sequence(0));
            insert.setLong(3, rows.sequence(last));
            insert.setLong(4, firstOperation);
            insert.setLong(5, lastOperation);
            insert.setLong(6, rows.nanoseconds(0));
            insert.setLong(7, rows.nanoseconds(last));
            insert.setObject(8, when.atOffset(ZoneOffset.UTC));
            insert.executeUpdate();
        }
    }

    private void total(Connection connection, long machine, EventTotals totals, IntFunction<String> deviceNames,
            Instant when) throws SQLException {
        OffsetDateTime minute = when.truncatedTo(ChronoUnit.MINUTES).atOffset(ZoneOffset.UTC);
        try (PreparedStatement add = connection.prepareStatement(database.addTotal())) {
            totals.forEach(deviceNames, (kind, mm, subscriber, events, entries, pages) -> {
                add.setLong(1, machine);
                add.setObject(2, minute);
                add.setInt(3, kind);
                add.setInt(4, mm);
                add.setString(5, subscriber);
                add.setLong(6, events);
                add.setLong(7, entries);
                add.setLong(8, pages);
                add.addBatch();
            });
            add.executeBatch();
        }
    }
}
