package io.mmulab.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.IntFunction;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventSink;

/** Batches of prepared inserts: what every database understands, and the fastest that H2 has. */
final class BatchRowWriter implements RowWriter {
    private static final int BATCH = 1000;
    private static final String INSERT =
            "insert into notifier_event (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    @Override
    public void write(Connection connection, long machine, EventColumns rows, int[] kinds,
            IntFunction<String> deviceNames, Instant recordedAt) throws SQLException {
        OffsetDateTime when = recordedAt.atOffset(ZoneOffset.UTC);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < rows.size(); i++) {
                set(insert, machine, rows, i, kinds[i], deviceNames, when);
                insert.addBatch();
                if (i % BATCH == BATCH - 1 || i == rows.size() - 1) {
                    insert.executeBatch();
                }
            }
        }
    }

    private static void set(PreparedStatement insert, long machine, EventColumns rows, int i, int kind,
            IntFunction<String> deviceNames, OffsetDateTime when) throws SQLException {
        insert.setLong(1, machine);
        insert.setLong(2, rows.sequence(i));
        insert.setLong(3, rows.operation(i));
        insert.setLong(4, rows.nanoseconds(i));
        insert.setObject(5, when);
        insert.setLong(6, rows.start(i));
        insert.setLong(7, rows.end(i));
        insert.setLong(8, EventCell.of(rows.start(i), rows.end(i)));
        insert.setInt(9, rows.mm(i));
        insert.setInt(10, kind);
        insert.setInt(11, rows.entries(i));
        int subscriber = rows.subscriber(i);
        if (subscriber == EventSink.NO_SUBSCRIBER) {
            insert.setNull(12, Types.VARCHAR);
        } else {
            insert.setString(12, deviceNames.apply(subscriber));
        }
    }
}
