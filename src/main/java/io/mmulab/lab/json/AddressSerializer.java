package io.mmulab.lab.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes an address. */
final class AddressSerializer extends StdSerializer<Long> {

    AddressSerializer() {
        super(Long.class);
    }

    @Override
    public void serialize(Long value, JsonGenerator json, SerializationContext context) {
        json.writeString(Numbers.address(value));
    }
}
