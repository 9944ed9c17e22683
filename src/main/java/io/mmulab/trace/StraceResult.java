package io.mmulab.trace;

import org.jspecify.annotations.Nullable;

/** What stands behind the arguments of a call: {@code = 0x7f00 <0.000014>}, {@code = -1 ENOMEM (...)}, {@code = ?}. */
final class StraceResult {

    private static final String ERRNO = "(errno ";
    private static final String TRACERS = " in strace's PID NS */";

    /** Whether the call returned. */
    boolean returned;

    /** Whether the kernel will run it again, because a signal came first. */
    boolean restarts;

    /** The result, or -errno. */
    long value;

    /** With {@code --pidns-translation}: the child's number in the log, if its parent knows it by another; else 0. */
    int childInTracersNamespace;

    /** Reads what is behind the arguments; what is wrong, or null. */
    @Nullable
    String parse(final CallText text, final byte[] bytes, final int to) {
        final int sign = Ascii.skipSpaces(bytes, text.after, to);
        final int from = Ascii.skipSpaces(bytes, sign + 1, to);
        if (sign >= to || bytes[sign] != '=' || from >= to) {
            return "the call has no result";
        }
        returned = bytes[from] != '?';
        restarts = Ascii.startsWith(bytes, from, to, "? ERESTART");
        childInTracersNamespace = 0;
        if (!returned) {
            return null;
        }
        final int numberEnd = text.numberAt(bytes, from, to);
        if (numberEnd < 0 || (numberEnd < to && bytes[numberEnd] != ' ')) {
            return "the result is no number";
        }
        value = text.value;
        final int rest = Ascii.skipSpaces(bytes, numberEnd, to);
        return value == -1 ? parseError(bytes, rest, to) : parseComment(bytes, rest, to);
    }

    private @Nullable String parseError(final byte[] bytes, final int from, final int to) {
        final boolean numeric = Ascii.startsWith(bytes, from, to, ERRNO);
        final int start = numeric ? from + ERRNO.length() : from;
        final int nameEnd = Ascii.skipName(bytes, start, to);
        final long number = numeric
                ? Ascii.smallNumber(bytes, start, nameEnd)
                : Symbols.value(bytes, start, nameEnd);
        if (number < 0 || start == nameEnd) {
            return "the error is unknown";
        }
        value = -number;
        return null;
    }

    private @Nullable String parseComment(final byte[] bytes, final int from, final int to) {
        if (Ascii.startsWith(bytes, from, to, "/* ")) {
            final int digits = from + "/* ".length();
            final int digitsEnd = Ascii.skipDigits(bytes, digits, to);
            if (Ascii.startsWith(bytes, digitsEnd, to, TRACERS)) {
                childInTracersNamespace = Math.max(0, Ascii.smallNumber(bytes, digits, digitsEnd));
            }
        }
        return null;
    }
}
