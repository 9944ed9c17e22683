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

/** Stores events: their rows in the way of the database, what is in each chunk of them, and their share of the totals. */
class JdbcEventStore implements EventStore {
    /** So many rows are described together: who looks for an operation reads this many. */
    private static final int CHUNK_ROWS = 512;
    private static final String CHUNK = """
            insert into event_chunk (machine, first_seq, last_seq, first_operation, last_operation, first_ns, last_ns,
                recorded_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String TOUCH = "update machine set changed_at = ? where number = ? and changed_at < ?";

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
            touch(connection, machine, when);
            return null;
        });
    }

    private static void describe(Connection connection, long machine, EventColumns rows, Instant when)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(CHUNK)) {
            for (int first = 0; first < rows.size(); first += CHUNK_ROWS) {
                describe(insert, machine, rows, first, Math.min(first + CHUNK_ROWS, rows.size()) - 1, when);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void describe(PreparedStatement insert, long machine, EventColumns rows, int first, int last,
            Instant when) throws SQLException {
        long firstOperation = Long.MAX_VALUE;
        long lastOperation = Long.MIN_VALUE;
        for (int i = first; i <= last; i++) {
            firstOperation = Math.min(firstOperation, rows.operation(i));
            lastOperation = Math.max(lastOperation, rows.operation(i));
        }
        insert.setLong(1, machine);
        insert.setLong(2, rows.sequence(first));
        insert.setLong(3, rows.sequence(last));
        insert.setLong(4, firstOperation);
        insert.setLong(5, lastOperation);
        insert.setLong(6, rows.nanoseconds(first));
        insert.setLong(7, rows.nanoseconds(last));
        insert.setObject(8, when.atOffset(ZoneOffset.UTC));
    }

    private static void touch(Connection connection, long machine, Instant when) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(TOUCH)) {
            OffsetDateTime time = when.atOffset(ZoneOffset.UTC);
            update.setObject(1, time);
            update.setLong(2, machine);
            update.setObject(3, time);
            update.executeUpdate();
        }
    }

    private void total(Connection connection, long machine, EventTotals totals, IntFunction<String> deviceNames,
            Instant when) throws SQLException {
        OffsetDateTime minute = when.truncatedTo(ChronoUnit.MINUTES).atOffset(ZoneOffset.UTC);
        try (PreparedStatement add = connection.prepareStatement(database.addTotal())) {
            totals.forEach(deviceNames, (kind, subscriber, events, entries, pages) -> {
                add.setLong(1, machine);
                add.setObject(2, minute);
                add.setInt(3, kind);
                add.setString(4, subscriber);
                add.setLong(5, events);
                add.setLong(6, entries);
                add.setLong(7, pages);
                add.addBatch();
            });
            add.executeBatch();
        }
    }
}
