package io.mmulab.web;

/** Media types that Spring has no names for. */
final class MediaTypes {
    /** A script of operations, one a line. */
    static final String MM_SCRIPT = "text/x-mm";
    /** JSON objects, one a line. */
    static final String NDJSON = "application/x-ndjson";
    static final String PARQUET = "application/vnd.apache.parquet";
    static final String ZIP = "application/zip";
    static final String GZIP = "application/gzip";
    /** What clients say that do not know RFC 6713. */
    static final String X_GZIP = "application/x-gzip";

    private MediaTypes() {}
}
