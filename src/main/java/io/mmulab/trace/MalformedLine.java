package io.mmulab.trace;

/**
 * A line that a lenient reader could make no sense of.
 *
 * @param line 1-based number of the line
 * @param text the line, cut to {@value TraceException#MAX_TEXT} characters
 * @param reason what is wrong with it
 */
public record MalformedLine(long line, String text, String reason) {}
