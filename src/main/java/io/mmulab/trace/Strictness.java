package io.mmulab.trace;

/** What a reader does about a line that it can't make sense of. Limits and broken gzip end the trace in either case. */
public enum Strictness {
    /** Stop at the first malformed line. */
    STRICT,
    /** Count malformed lines, keep the first {@value TraceStatistics#MAX_EXAMPLES} of them, and go on. */
    LENIENT
}
