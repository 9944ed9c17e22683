package io.mmulab.lab.json;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;

/** Reads a value as usual, and gives one where none was sent. */
final class DefaultDeserializer extends ValueDeserializer<Object> {
    private final JavaType type;
    private final Object absent;

    DefaultDeserializer(JavaType type, Object absent) {
        this.type = type;
        this.absent = absent;
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext context) {
        return context.readValue(json, type);
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
        return absent;
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
        return absent;
    }
}
