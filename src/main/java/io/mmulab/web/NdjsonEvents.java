package io.mmulab.web;

import java.io.IOException;
import java.io.Writer;

import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventRow;

/** Events as JSON objects, one a line. */
final class NdjsonEvents implements EventWriter {
    private final Writer out;
    private final JsonMapper json;

    NdjsonEvents(Writer out, JsonMapper json) {
        this.out = out;
        this.json = json;
    }

    @Override
    public void write(EventRow event) throws IOException {
        out.write(json.writeValueAsString(event));
        out.write('\n');
    }

    @Override
    public void end() throws IOException {
        out.flush();
    }
}
