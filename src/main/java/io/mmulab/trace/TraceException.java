package io.mmulab.trace;

import java.io.IOException;

/**
 * The input is not a trace that can be read: says where, what is wrong, and what to do. Other {@link IOException}s of a
 * reader are those of the stream below it.
 */
public final class TraceException extends IOException {

    /** How many characters of the line are kept. */
    public static final int MAX_TEXT = 200;

    private static final long serialVersionUID = 1;

    private final TraceFormat format;
    private final long line;
    private final String text;
    private final String problem;
    private final String advice;

    TraceException(final TraceFormat format, final long line, final String text, final String problem,
            final String advice) {
        super("line " + line + " of the " + format.toolName() + " trace: " + problem + ". " + advice
                + (text.isEmpty() ? "" : " The line: " + text));
        this.format = format;
        this.line = line;
        this.text = text;
        this.problem = problem;
        this.advice = advice;
    }

    /** The format that the input was read as. */
    public TraceFormat format() {
        return format;
    }

    /** 1-based number of the line at fault, or of the last line reached; 0 before the first. */
    public long line() {
        return line;
    }

    /** The line, cut to {@value #MAX_TEXT} characters, control characters shown as '?'; empty if no line is at fault. */
    public String text() {
        return text;
    }

    /** What is wrong. */
    public String problem() {
        return problem;
    }

    /** What to do about it, a sentence. */
    public String advice() {
        return advice;
    }
}
