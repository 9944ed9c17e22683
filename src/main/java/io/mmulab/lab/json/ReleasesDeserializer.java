package io.mmulab.lab.json;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

import io.mmulab.kernel.design.Releases;

/** Reads releases as text, such as {@code 6.10-}. */
final class ReleasesDeserializer extends StdScalarDeserializer<Releases> {

    ReleasesDeserializer() {
        super(Releases.class);
    }

    @Override
    public Releases deserialize(JsonParser json, DeserializationContext context) {
        String text = json.getString();
        try {
            return Releases.parse(text);
        } catch (IllegalArgumentException e) {
            throw context.weirdStringException(text, Releases.class, String.valueOf(e.getMessage()));
        }
    }
}
