package io.mmulab.conformance;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the machine did otherwise than the recorded kernel.
 *
 * @param recording name of the recording: of its file in an archive, else of its scenario
 * @param operation number of the operation, from 0
 * @param op the operation, as the script has it
 * @param field what differs: ret, mn_start.range, vma.perm, page.pte and so on; the name of an event alone if one side does
 *        not have the event
 * @param where the event, VMA or pages that it is about; empty if it is about the operation as a whole
 * @param expected what the recording has; null if nothing
 * @param actual what the machine has; null if nothing
 * @param rule what the difference is judged by
 */
public record Difference(String recording, int operation, String op, String field, String where,
        @Nullable String expected, @Nullable String actual, String rule) {}
