package io.mmulab.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.IntFunction;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventSink;

/**
 * PostgreSQL's {@code COPY ... (FORMAT binary)}: a header, each row as a count of fields and each field as a length and
 * big-endian bytes, a trailer (documentation of COPY, "Binary Format").
 */
final class CopyRowWriter implements RowWriter {
    private static final String COPY = "copy notifier_event (" + COLUMNS + ") from stdin (format binary)";
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final short FIELDS = 12;
    /** Bytes of a row without its subscriber: the count, 12 lengths, 8 longs, 3 integers. */
    private static final int ROW = 2 + 12 * 4 + 8 * 8 + 3 * 4;
    private static final int BUFFER = 1 << 16;

    @Override
    public void write(Connection connection, long machine, EventColumns rows, int[] kinds,
            IntFunction<String> deviceNames, Instant recordedAt) throws SQLException {
        long when = EPOCH.until(recordedAt, ChronoUnit.MICROS);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            ByteBuffer out = ByteBuffer.allocate(BUFFER);
            out.put(SIGNATURE).putInt(0).putInt(0);
            int known = EventSink.NO_SUBSCRIBER;
            byte[] name = {};
            for (int i = 0; i < rows.size(); i++) {
                int subscriber = rows.subscriber(i);
                if (subscriber != EventSink.NO_SUBSCRIBER && subscriber != known) {
                    known = subscriber;
                    name = deviceNames.apply(subscriber).getBytes(StandardCharsets.UTF_8);
                }
                if (out.remaining() < ROW + name.length) {
                    send(copy, out);
                }
                row(out, machine, rows, i, kinds[i], when);
                if (subscriber == EventSink.NO_SUBSCRIBER) {
                    out.putInt(-1);
                } else {
                    out.putInt(name.length).put(name);
                }
            }
            if (out.remaining() < Short.BYTES) {
                send(copy, out);
            }
            out.putShort((short) -1);
            send(copy, out);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void send(CopyIn copy, ByteBuffer out) throws SQLException {
        copy.writeToCopy(out.array(), out.arrayOffset(), out.position());
        out.clear();
    }

    private static void row(ByteBuffer out, long machine, EventColumns rows, int i, int kind, long when) {
        out.putShort(FIELDS);
        put(out, machine);
        put(out, rows.sequence(i));
        put(out, rows.operation(i));
        put(out, rows.nanoseconds(i));
        put(out, when);
        put(out, rows.start(i));
        put(out, rows.end(i));
        put(out, EventCell.of(rows.start(i), rows.end(i)));
        put(out, rows.mm(i));
        put(out, kind);
        put(out, rows.entries(i));
    }

    private static void put(ByteBuffer out, long value) {
        out.putInt(Long.BYTES).putLong(value);
    }

    private static void put(ByteBuffer out, int value) {
        out.putInt(Integer.BYTES).putInt(value);
    }
}
