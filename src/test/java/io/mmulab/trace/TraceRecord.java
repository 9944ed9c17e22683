package io.mmulab.trace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A row of a batch as a value; the columns that an access leaves alone are 0 in it. */
record TraceRecord(RecordKind kind, int pid, long line, long address, long length, long result, int prot, int flags,
        int fd, long offset) {

    static TraceRecord of(final TraceBatch batch, final int i) {
        final RecordKind kind = batch.kindOf(i);
        if (kind.isAccess()) {
            return new TraceRecord(kind, batch.pid[i], batch.line[i], batch.address[i], batch.length[i], 0, 0, 0, 0, 0);
        }
        return new TraceRecord(kind, batch.pid[i], batch.line[i], batch.address[i], batch.length[i], batch.result[i],
                batch.prot[i], batch.flags[i], batch.fd[i], batch.offset[i]);
    }

    /** All records of a trace that is read strictly. */
    static List<TraceRecord> strictly(final TraceFormat format, final byte[] text) throws IOException {
        try (TraceReader reader = format.open(new ByteArrayInputStream(text))) {
            return rest(reader, TraceBatch.DEFAULT_CAPACITY);
        }
    }

    static List<TraceRecord> rest(final TraceReader reader, final int capacity) throws IOException {
        final List<TraceRecord> records = new ArrayList<>();
        final var batch = new TraceBatch(capacity);
        while (reader.read(batch) > 0) {
            for (int i = 0; i < batch.size; i++) {
                records.add(of(batch, i));
            }
        }
        return records;
    }

    static byte[] text(final String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A real trace, decompressed. */
    static byte[] resource(final String name) {
        try (InputStream in = open(name)) {
            return name.endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InputStream open(final String name) {
        final InputStream in = TraceRecord.class.getResourceAsStream("/traces/" + name);
        if (in == null) {
            throw new IllegalArgumentException("no trace " + name);
        }
        return in;
    }

    static byte[] gzip(final byte[] text) throws IOException {
        final var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text);
        }
        return bytes.toByteArray();
    }
}
