package io.mmulab.trace;

/** Finds the parts of a line of strace that stand before the call: process and time. */
final class StraceLine {

    static final int NO_PID = -1;

    /** Linux numbers processes below 2^22; a bigger number at the start of a line is a time in seconds. */
    private static final int MAX_PID = 1 << 22;

    private byte[] text = new byte[0];

    /** The process, or {@link #NO_PID}. */
    int pid;

    /** Whether the process stands as {@code [pid N]}, as on a terminal. */
    boolean bracketed;

    /** Beginning of the line. */
    int lineFrom;

    /** What is behind process and time, without spaces around it. */
    int from;

    int to;

    void parse(final byte[] line, final int start, final int end) {
        text = line;
        lineFrom = start;
        to = Ascii.trimEnd(line, start, end);
        pid = NO_PID;
        bracketed = Ascii.startsWith(line, lineFrom, to, "[pid ");
        int at = Ascii.skipSpaces(line, bracketed ? lineFrom + "[pid ".length() : lineFrom, to);
        final int digitsEnd = Ascii.skipDigits(line, at, to);
        final boolean ended = digitsEnd < to && line[digitsEnd] == (bracketed ? ']' : ' ');
        final int number = ended ? Ascii.smallNumber(line, at, digitsEnd) : -1;
        if (number > 0 && number <= MAX_PID) {
            pid = number;
            at = digitsEnd + 1;
        }
        from = skipTimes(Ascii.skipSpaces(line, at, to));
    }

    /** Times begin with a digit, as no name of a call does; {@code -r -t} adds a difference in parentheses. */
    private int skipTimes(final int start) {
        int at = start;
        for (int times = 0; times < 2 && at < to && Ascii.isDigit(text[at]); times++) {
            while (at < to && text[at] != ' ') {
                at++;
            }
            at = Ascii.skipSpaces(text, at, to);
        }
        if (startsAt(at, "(+ ")) {
            while (at < to && text[at] != ')') {
                at++;
            }
            at = at < to ? Ascii.skipSpaces(text, at + 1, to) : to;
        }
        return at;
    }

    boolean startsWith(final String prefix) {
        return startsAt(from, prefix);
    }

    private boolean startsAt(final int at, final String prefix) {
        return Ascii.startsWith(text, at, to, prefix);
    }

    boolean endsWith(final String suffix) {
        return Ascii.endsWith(text, from, to, suffix);
    }

    /** Whether this is the second half of a call. */
    boolean resumes() {
        return startsWith("<... ");
    }

    boolean isExit() {
        return startsWith("+++ ") && endsWith(" +++");
    }

    boolean isSignal() {
        return startsWith("--- ") && endsWith(" ---");
    }

    /** What strace says about itself, and the frames of {@code -k}. */
    boolean isMessage() {
        return startsWith("strace: ") || startsWith("[ Process PID=") || startsWith("> ")
                || (startsWith("Process ") && (endsWith(" attached") || endsWith(" detached")));
    }

    /** End of the call's name, or -1 if this is no call. */
    int nameEnd() {
        final int nameEnd = Ascii.skipName(text, from, to);
        return nameEnd > from && nameEnd < to && text[nameEnd] == '(' ? nameEnd : -1;
    }

    /** Whether a line, which may be cut if it is the last of the text, is of a form that strace writes. */
    static boolean looksRight(final byte[] text, final int from, final int to) {
        final var line = new StraceLine();
        line.parse(text, from, to);
        if (line.isExit() || (line.isSignal() && line.pid != NO_PID)) {
            return true;
        }
        final int nameEnd = line.nameEnd();
        final boolean lowerCase = line.from < line.to && text[line.from] >= '_';
        return nameEnd > 0 && lowerCase
                && (to == text.length || line.endsWith("<unfinished ...>")
                        || (Ascii.indexOf(text, nameEnd, to, ") ") > 0 && Ascii.indexOf(text, nameEnd, to, " = ") > 0));
    }
}
