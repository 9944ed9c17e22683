package io.mmulab.web;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

import io.mmulab.history.EventRow;

/**
 * Events as a Parquet file. It holds the events of a row group, in their short form, and what the file's end says about each row
 * group before. All of it is on the heap, so that an export that is given up leaves nothing to release.
 */
final class ParquetEvents implements EventWriter {
    /** As DuckDB makes them: long enough for readers, short enough to hold a few at a time. */
    static final int ROW_GROUP = 122_880;

    private final ParquetWriter<EventRow> out;

    ParquetEvents(OutputStream out) throws IOException {
        this(out, HeapByteBufferAllocator.getInstance());
    }

    ParquetEvents(OutputStream out, ByteBufferAllocator memory) throws IOException {
        this.out = new Builder(new ParquetOutput(out))
                .withConf(new PlainParquetConfiguration())
                .withAllocator(memory)
                .withRowGroupRowCountLimit(ROW_GROUP)
                // Numbers that grow are stored as differences, which makes them shorter than compression would.
                .withWriterVersion(WriterVersion.PARQUET_2_0)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .build();
    }

    @Override
    public void write(EventRow event) throws IOException {
        out.write(event);
    }

    @Override
    public void end() throws IOException {
        out.close();
    }

    private static final class Builder extends ParquetWriter.Builder<EventRow, Builder> {
        Builder(OutputFile file) {
            super(file);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<EventRow> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows();
        }

        /** For configurations of Hadoop, which this is not given; abstract all the same. */
        @Override
        @SuppressWarnings("deprecation")
        protected WriteSupport<EventRow> getWriteSupport(Configuration configuration) {
            return new Rows();
        }
    }

    private static final class Rows extends WriteSupport<EventRow> {
        private static final WriteContext CONTEXT = new WriteContext(
                new MessageType("event", ParquetColumn.ALL.stream().<Type>map(ParquetColumn::type).toList()),
                Map.of());

        /** The writer says it before the first event. */
        @SuppressWarnings("NullAway.Init")
        private RecordConsumer out;

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return CONTEXT;
        }

        /** For configurations of Hadoop, which this is not given; abstract all the same. */
        @Override
        @SuppressWarnings("deprecation")
        public WriteContext init(Configuration configuration) {
            return CONTEXT;
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(EventRow row) {
            out.startMessage();
            for (int i = 0; i < ParquetColumn.ALL.size(); i++) {
                ParquetColumn column = ParquetColumn.ALL.get(i);
                if (column.present().test(row)) {
                    out.startField(column.type().getName(), i);
                    column.value().accept(row, out);
                    out.endField(column.type().getName(), i);
                }
            }
            out.endMessage();
        }
    }
}
