package io.mmulab.trace;

import java.util.List;
import java.util.Map;

/**
 * What a reader has seen so far.
 *
 * @param lines lines read, the malformed and ignored ones included
 * @param records records delivered
 * @param malformed lines that made no sense (a strict reader stops at the first)
 * @param examples the first {@value #MAX_EXAMPLES} malformed lines
 * @param ignored lines that make no record, by the name of the system call, or by a word in parentheses for other
 *        kinds, such as {@code (signal)}; past {@value #MAX_NAMES} names the rest is counted as {@code (rest)}
 * @param other calls recorded as {@link RecordKind#OTHER}, by name
 * @param unfinished calls that never returned, so that the log doesn't say what they did
 * @param roots processes that no recorded fork introduced: 1 for a log that starts with its first process and that
 *        has {@code fork} and {@code clone} in it
 */
public record TraceStatistics(long lines, long records, long malformed, List<MalformedLine> examples,
        Map<String, Long> ignored, Map<String, Long> other, long unfinished, long roots) {

    /** How many malformed lines are kept. */
    public static final int MAX_EXAMPLES = 20;

    /** How many different names are counted. */
    public static final int MAX_NAMES = 256;

    public TraceStatistics {
        examples = List.copyOf(examples);
        ignored = Map.copyOf(ignored);
        other = Map.copyOf(other);
    }
}
