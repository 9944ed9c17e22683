package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.bytes.TrackingByteBufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.mmulab.history.EventRow;
import io.mmulab.lab.json.Numbers;

/** Events as a Parquet file. */
class ParquetEventsTest {

    @TempDir
    private Path directory;

    @Test
    void aFileHasTheEventsThatWereWritten() throws IOException {
        int count = 3000;
        var file = ParquetFile.read(events(count));
        List<Map<String, @Nullable Object>> expected = new ArrayList<>();
        for (long seq = 1; seq <= count; seq++) {
            expected.add(fields(SampleEvents.event(seq)));
        }
        assertThat(file.rows()).isEqualTo(expected);
    }

    @Test
    void aFileWithoutEventsHasItsColumns() throws IOException {
        var file = ParquetFile.read(events(0));
        assertThat(file.rows()).isEmpty();
        assertThat(file.schema().toString()).isEqualTo("""
                message event {
                  required binary machine (STRING);
                  required int64 seq;
                  required int64 operation;
                  required int64 nanoseconds;
                  required int64 recordedAt (TIMESTAMP(MICROS,true));
                  required int32 addressSpace;
                  required binary phase (STRING);
                  optional binary type (STRING);
                  required int64 start (INTEGER(64,false));
                  required int64 end (INTEGER(64,false));
                  required boolean blockable;
                  required binary cause (STRING);
                  optional binary subscriber (STRING);
                  optional binary reaction (STRING);
                  required int32 entries;
                  optional binary violation (STRING);
                }
                """);
    }

    /** What is held at the ends of the parts is the same for each of them, and is given back in the end. */
    @Test
    void whatIsHeldDoesNotGrowWithTheEvents() throws IOException {
        var held = new Held();
        List<Long> peaks = new ArrayList<>();
        var out = new ByteArrayOutputStream();
        try (var tracked = TrackingByteBufferAllocator.wrap(held)) {
            var events = new ParquetEvents(out, tracked);
            for (int part = 0; part < 5; part++) {
                held.peak = held.now;
                for (int i = 0; i < ParquetEvents.ROW_GROUP; i++) {
                    // The same in each part, so that they are alike.
                    events.write(SampleEvents.event(i));
                }
                peaks.add(held.peak);
            }
            events.end();
        }
        assertThat(ParquetFile.rowGroups(file(out))).hasSameSizeAs(peaks)
                .containsOnly((long) ParquetEvents.ROW_GROUP);
        assertThat(held.now).isZero();
        assertThat(peaks.getFirst()).isPositive();
        assertThat(peaks).allSatisfy(peak -> assertThat(peak).isLessThanOrEqualTo(peaks.getFirst() * 11 / 10));
    }

    /** Readers look at the end first, so that a file which has none is no file to them. */
    @Test
    void anExportThatFailsLeavesNoFile() throws IOException {
        var out = new ByteArrayOutputStream();
        var events = new ParquetEvents(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (out.size() == 2_000_000) {
                    throw new IOException("gone");
                }
                out.write(b);
            }
        });
        assertThatThrownBy(() -> {
            for (long seq = 1; seq <= 3 * ParquetEvents.ROW_GROUP; seq++) {
                events.write(SampleEvents.event(seq));
            }
        }).isInstanceOf(IOException.class).hasMessage("gone");
        assertThat(out.size()).isEqualTo(2_000_000);
        assertThatThrownBy(() -> ParquetFile.read(file(out))).hasMessageContaining("not a Parquet file");
    }

    private Path events(int count) throws IOException {
        var out = new ByteArrayOutputStream();
        var events = new ParquetEvents(out);
        for (long seq = 1; seq <= count; seq++) {
            events.write(SampleEvents.event(seq));
        }
        events.end();
        return file(out);
    }

    private Path file(ByteArrayOutputStream bytes) throws IOException {
        return Files.write(directory.resolve("events.parquet"), bytes.toByteArray());
    }

    private static Map<String, @Nullable Object> fields(EventRow row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("machine", row.machine());
        fields.put("seq", row.seq());
        fields.put("operation", row.operation());
        fields.put("nanoseconds", row.nanoseconds());
        fields.put("recordedAt", row.recordedAt().toString());
        fields.put("addressSpace", (long) row.addressSpace());
        fields.put("phase", row.phase().name());
        fields.put("type", name(row.type()));
        fields.put("start", Numbers.address(row.start()));
        fields.put("end", Numbers.address(row.end()));
        fields.put("blockable", row.blockable());
        fields.put("cause", row.cause().name());
        fields.put("subscriber", row.subscriber());
        fields.put("reaction", name(row.reaction()));
        fields.put("entries", (long) row.entries());
        fields.put("violation", name(row.violation()));
        return fields;
    }

    private static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    /** Counts the bytes that are held. */
    private static final class Held implements ByteBufferAllocator {
        private final ByteBufferAllocator heap = HeapByteBufferAllocator.getInstance();
        private long now;
        private long peak;

        @Override
        public ByteBuffer allocate(int size) {
            now += size;
            peak = Math.max(peak, now);
            return heap.allocate(size);
        }

        @Override
        public void release(ByteBuffer buffer) {
            now -= buffer.capacity();
            heap.release(buffer);
        }

        @Override
        public boolean isDirect() {
            return false;
        }
    }
}
