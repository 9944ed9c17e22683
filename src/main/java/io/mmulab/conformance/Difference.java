package io.mmulab.conformance;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the machine did otherwise than the recorded kernel.
 *
 * @param operation number of the operation, from 0
 * @param op the operation, as the script has it
 * @param field what differs: {@code ret}, {@code mn_start.range}, {@code vma.perm}, {@code page.pte}, …; the name of an
 *        event alone if one side does not have it
 * @param expected what the recording has; null if nothing
 * @param actual what the machine has; null if nothing
 * @param rule what the difference is judged by
 */
public record Difference(int operation, String op, String field, @Nullable String expected, @Nullable String actual,
        String rule) {}
