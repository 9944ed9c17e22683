package io.mmulab.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

import io.mmulab.history.EventRow;

/**
 * A column of exported events.
 *
 * <p>Enums are strings: some readers give the bytes of a column that is declared as enum. The file has each distinct string
 * once in a part and numbers of strings otherwise, so that it costs no more.
 *
 * @param type its name and type
 * @param present whether an event has a value
 * @param value passes on the value of an event that has one
 */
record ParquetColumn(PrimitiveType type, Predicate<EventRow> present, BiConsumer<EventRow, RecordConsumer> value) {

    /** The fields of {@link EventRow}. */
    static final List<ParquetColumn> ALL = List.of(
            text("machine", EventRow::machine),
            int64("seq", null, EventRow::seq),
            int64("operation", null, EventRow::operation),
            int64("nanoseconds", null, EventRow::nanoseconds),
            int64("recordedAt", LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS),
                    row -> ChronoUnit.MICROS.between(Instant.EPOCH, row.recordedAt())),
            int32("addressSpace", EventRow::addressSpace),
            text("phase", EventRow::phase),
            textOrNull("type", EventRow::type),
            int64("start", LogicalTypeAnnotation.intType(64, false), EventRow::start),
            int64("end", LogicalTypeAnnotation.intType(64, false), EventRow::end),
            flag("blockable", EventRow::blockable),
            text("cause", EventRow::cause),
            textOrNull("subscriber", EventRow::subscriber),
            textOrNull("reaction", EventRow::reaction),
            int32("entries", EventRow::entries),
            textOrNull("violation", EventRow::violation));

    private static ParquetColumn int64(String name, @Nullable LogicalTypeAnnotation meaning,
            ToLongFunction<EventRow> value) {
        return required(Types.required(PrimitiveTypeName.INT64).as(meaning).named(name),
                (row, out) -> out.addLong(value.applyAsLong(row)));
    }

    private static ParquetColumn int32(String name, ToIntFunction<EventRow> value) {
        return required(Types.required(PrimitiveTypeName.INT32).named(name),
                (row, out) -> out.addInteger(value.applyAsInt(row)));
    }

    private static ParquetColumn flag(String name, Predicate<EventRow> value) {
        return required(Types.required(PrimitiveTypeName.BOOLEAN).named(name),
                (row, out) -> out.addBoolean(value.test(row)));
    }

    private static ParquetColumn text(String name, Function<EventRow, Object> value) {
        return required(
                Types.required(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(name),
                (row, out) -> out.addBinary(Binary.fromString(value.apply(row).toString())));
    }

    private static ParquetColumn textOrNull(String name, Function<EventRow, @Nullable Object> value) {
        return new ParquetColumn(
                Types.optional(PrimitiveTypeName.BINARY).as(LogicalTypeAnnotation.stringType()).named(name),
                row -> value.apply(row) != null,
                (row, out) -> out.addBinary(Binary.fromString(String.valueOf(value.apply(row)))));
    }

    private static ParquetColumn required(PrimitiveType type, BiConsumer<EventRow, RecordConsumer> value) {
        return new ParquetColumn(type, row -> true, value);
    }
}
