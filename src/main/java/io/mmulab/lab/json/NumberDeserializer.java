package io.mmulab.lab.json;

import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** Reads an address or a byte count. */
final class NumberDeserializer extends StdScalarDeserializer<Long> {
    private final transient ToLongFunction<String> parse;
    private final boolean plainNumbers;
    private final @Nullable Long absent;

    private NumberDeserializer(ToLongFunction<String> parse, boolean plainNumbers, @Nullable Long absent) {
        super(Long.class);
        this.parse = parse;
        this.plainNumbers = plainNumbers;
        this.absent = absent;
    }

    static NumberDeserializer address(@Nullable Long absent) {
        return new NumberDeserializer(Numbers::parseAddress, false, absent);
    }

    static NumberDeserializer bytes(@Nullable Long absent) {
        return new NumberDeserializer(Numbers::parseBytes, true, absent);
    }

    @Override
    public Long deserialize(JsonParser json, DeserializationContext context) {
        String text = json.getString();
        boolean readable = json.hasToken(JsonToken.VALUE_STRING)
                || (plainNumbers && json.hasToken(JsonToken.VALUE_NUMBER_INT));
        try {
            return parse.applyAsLong(readable ? text : "");
        } catch (IllegalArgumentException e) {
            throw context.weirdStringException(text, Long.class, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
        return absent;
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context) {
        return absent;
    }
}
