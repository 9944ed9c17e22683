package io.mmulab.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.IntFunction;

import io.mmulab.kernel.event.EventColumns;

/** Writes a chunk of event rows in the way that is fastest on a database: from columns, without an object a row. */
@FunctionalInterface
interface RowWriter {
    /** The columns of {@code notifier_event}, in the order in which writers give them. */
    String COLUMNS = "machine, seq, operation, simulated_ns, recorded_at, range_start, range_end, range_cell,"
            + " address_space, kind, entries, subscriber";

    /**
     * Writes in the connection's transaction.
     *
     * @param kinds number of each row's kind
     */
    void write(Connection connection, long machine, EventColumns rows, int[] kinds, IntFunction<String> deviceNames,
            Instant recordedAt) throws SQLException;
}
