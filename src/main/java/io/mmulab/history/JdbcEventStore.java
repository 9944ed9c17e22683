package io.mmulab.history;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventSink;

/**
 * Writes events in batches of prepared inserts, from columns to parameters without an object a row. On PostgreSQL, add
 * {@code reWriteBatchedInserts=true} to the JDBC address to have each batch sent as one statement.
 */
@Repository
class JdbcEventStore implements EventStore {
    private static final int BATCH = 1000;
    private static final String INSERT = """
            insert into notifier_event (machine, seq, operation, simulated_ns, recorded_at, address_space, phase,
                event_type, range_start, range_end, blockable, cause, subscriber, reaction, entries, violation)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final JdbcTemplate jdbc;

    JdbcEventStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(String machine, EventColumns rows, IntFunction<String> deviceNames, Instant recordedAt) {
        var when = recordedAt.atOffset(ZoneOffset.UTC);
        for (int from = 0; from < rows.size(); from += BATCH) {
            jdbc.batchUpdate(INSERT, new Batch(machine, rows, deviceNames, when, from,
                    Math.min(BATCH, rows.size() - from)));
        }
    }

    private record Batch(String machine, EventColumns rows, IntFunction<String> deviceNames, OffsetDateTime when,
            int from, int size) implements BatchPreparedStatementSetter {

        @Override
        public int getBatchSize() {
            return size;
        }

        @Override
        public void setValues(PreparedStatement insert, int index) throws SQLException {
            int i = from + index;
            insert.setString(1, machine);
            insert.setLong(2, rows.sequence(i));
            insert.setLong(3, rows.operation(i));
            insert.setLong(4, rows.nanoseconds(i));
            insert.setObject(5, when);
            insert.setInt(6, rows.mm(i));
            insert.setString(7, rows.phase(i).name());
            setName(insert, 8, rows.type(i));
            insert.setLong(9, rows.start(i));
            insert.setLong(10, rows.end(i));
            insert.setBoolean(11, rows.blockable(i));
            insert.setString(12, rows.cause(i).name());
            int subscriber = rows.subscriber(i);
            if (subscriber == EventSink.NO_SUBSCRIBER) {
                insert.setNull(13, Types.VARCHAR);
            } else {
                insert.setString(13, deviceNames.apply(subscriber));
            }
            setName(insert, 14, rows.reaction(i));
            insert.setInt(15, rows.entries(i));
            setName(insert, 16, rows.violation(i));
        }

        private static void setName(PreparedStatement insert, int parameter, @Nullable Enum<?> value)
                throws SQLException {
            if (value == null) {
                insert.setNull(parameter, Types.VARCHAR);
            } else {
                insert.setString(parameter, value.name());
            }
        }
    }
}
