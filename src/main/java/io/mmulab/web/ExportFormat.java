package io.mmulab.web;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

import tools.jackson.databind.json.JsonMapper;

/** Formats of exports. */
enum ExportFormat {
    /** A JSON object a line. */
    NDJSON(MediaTypes.NDJSON),
    /** Comma-separated, as RFC 4180 has it, with a line of names. */
    CSV("text/csv;charset=UTF-8"),
    /** Trace Event Format, which Perfetto and chrome://tracing open: a process a machine, a track an actor. */
    CHROME_TRACE("application/json"),
    /** Columns with types, for DuckDB, pandas and Polars. */
    PARQUET(MediaTypes.PARQUET);

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    EventWriter to(OutputStream out, JsonMapper json) throws IOException {
        return switch (this) {
            case NDJSON -> new NdjsonEvents(text(out), json);
            case CSV -> new CsvEvents(text(out));
            case CHROME_TRACE -> new ChromeTraceEvents(text(out), json);
            case PARQUET -> new ParquetEvents(out);
        };
    }

    private static Writer text(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    }
}
