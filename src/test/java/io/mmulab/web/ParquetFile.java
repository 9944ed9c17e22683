package io.mmulab.web;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

import io.mmulab.lab.json.Numbers;

/**
 * What is in a Parquet file.
 *
 * @param schema its columns
 * @param rows by name of column; numbers, texts and null as in JSON
 */
record ParquetFile(MessageType schema, List<Map<String, @Nullable Object>> rows) {

    static ParquetFile read(Path file) throws IOException {
        try (var reader = open(file)) {
            MessageType schema = reader.getFooter().getFileMetaData().getSchema();
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            for (PageReadStore part = reader.readNextRowGroup(); part != null; part = reader.readNextRowGroup()) {
                var records = new ColumnIOFactory().getColumnIO(schema)
                        .getRecordReader(part, new GroupRecordConverter(schema));
                for (long i = 0; i < part.getRowCount(); i++) {
                    rows.add(row(records.read()));
                }
            }
            return new ParquetFile(schema, rows);
        }
    }

    /** How many rows each part of a file has. */
    static List<Long> rowGroups(Path file) throws IOException {
        try (var reader = open(file)) {
            return reader.getRowGroups().stream().map(BlockMetaData::getRowCount).toList();
        }
    }

    private static ParquetFileReader open(Path file) throws IOException {
        return ParquetFileReader.open(new LocalInputFile(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build());
    }

    private static Map<String, @Nullable Object> row(Group record) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < record.getType().getFieldCount(); i++) {
            row.put(record.getType().getFieldName(i), record.getFieldRepetitionCount(i) == 0 ? null : value(record, i));
        }
        return row;
    }

    private static Object value(Group record, int field) {
        var type = record.getType().getType(field).asPrimitiveType();
        return switch (type.getPrimitiveTypeName()) {
            case INT64 -> number(record.getLong(field, 0), type.getLogicalTypeAnnotation());
            case INT32 -> (long) record.getInteger(field, 0);
            case BOOLEAN -> record.getBoolean(field, 0);
            case BINARY -> record.getString(field, 0);
            default -> throw new AssertionError(type);
        };
    }

    private static Object number(long value, @Nullable LogicalTypeAnnotation meaning) {
        return switch (meaning) {
            case IntLogicalTypeAnnotation integer when !integer.isSigned() -> Numbers.address(value);
            case TimestampLogicalTypeAnnotation time when time.isAdjustedToUTC() ->
                    Instant.EPOCH.plus(value, ChronoUnit.MICROS).toString();
            case null -> value;
            default -> throw new AssertionError(meaning);
        };
    }
}
