package io.mmulab.trace;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call, found in its text. Commas and brackets inside strings, structures, comments and the paths
 * that {@code strace -y} puts behind descriptors separate nothing.
 */
final class CallText {

    private static final int MAX_ARGUMENTS = 8;
    private static final String HUGE_SHIFT = "MAP_HUGE_SHIFT";
    private static final int HUGE_SHIFT_BITS = 26;

    private final int[] starts = new int[MAX_ARGUMENTS];
    private final int[] ends = new int[MAX_ARGUMENTS];
    private byte[] bytes = new byte[0];
    private int found;
    private int end;

    /** First byte behind the closing parenthesis. */
    int after;

    /** What the last successful {@link #number} or {@link #flags} read. */
    long value;

    int count() {
        return found;
    }

    /**
     * Finds the arguments and the parenthesis that closes them.
     *
     * @param from first byte behind the opening parenthesis
     * @return what is wrong, or null
     */
    @Nullable
    String split(final byte[] text, final int from, final int to) {
        bytes = text;
        end = to;
        found = 0;
        int depth = 0;
        int start = from;
        int at = from;
        while (at < to) {
            final byte character = text[at];
            switch (character) {
                case '"' -> at = skipString(at);
                case '/' -> at = skipComment(at);
                case '<' -> at = skipPath(at, from);
                case '(', '[', '{' -> depth++;
                case ')', ']', '}' -> {
                    if (depth == 0) {
                        return close(character, start, at);
                    }
                    depth--;
                }
                case ',' -> {
                    if (depth == 0) {
                        add(start, at);
                        start = at + 1;
                    }
                }
                default -> {}
            }
            at++;
        }
        return "the arguments have no end";
    }

    private @Nullable String close(final byte character, final int start, final int at) {
        if (character != ')') {
            return "a bracket closes that was never opened";
        }
        add(start, at);
        if (found == 1 && starts[0] == ends[0]) {
            found = 0;
        }
        after = at + 1;
        return null;
    }

    private void add(final int start, final int to) {
        if (found < MAX_ARGUMENTS) {
            starts[found] = Ascii.skipSpaces(bytes, start, to);
            ends[found] = Ascii.trimEnd(bytes, starts[found], to);
            found++;
        }
    }

    /** The position of the quote that ends the string. */
    private int skipString(final int opening) {
        int at = opening + 1;
        while (at < end && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    private int skipComment(final int slash) {
        if (!Ascii.startsWith(bytes, slash, end, "/*")) {
            return slash;
        }
        final int closing = Ascii.indexOf(bytes, slash + 2, end, "*/");
        return closing < 0 ? end : closing + 1;
    }

    /** A path stands right behind its descriptor, {@code 3</dev/null<char 1:3>>}; {@code 21<<X} is a shift. */
    private int skipPath(final int opening, final int from) {
        if (opening == from || !Ascii.isDigit(bytes[opening - 1])
                || (opening + 1 < end && bytes[opening + 1] == '<')) {
            // Also past the second half of a shift, which follows no digit.
            return opening;
        }
        int depth = 1;
        int at = opening + 1;
        while (at < end) {
            if (bytes[at] == '<') {
                depth++;
            } else if (bytes[at] == '>' && bytes[at - 1] != '-') {
                depth--;
                if (depth == 0) {
                    return at;
                }
            }
            at++;
        }
        return end;
    }

    /** Reads argument {@code i} as one number into {@link #value}; false if it is none. */
    boolean number(final int i) {
        final int to = numberEnd(starts[i], ends[i]);
        return to > 0 && (to == ends[i] || bytes[to] == ' ' || bytes[to] == '<');
    }

    /** Reads argument {@code i} as a hexadecimal number that may lack its 0x. */
    boolean hexNumber(final int i) {
        final boolean prefixed = Ascii.startsWith(bytes, starts[i], ends[i], "0x");
        return hexEnd(prefixed ? starts[i] + 2 : starts[i], ends[i]) == ends[i];
    }

    /** Reads argument {@code i} as names and numbers joined by bars into {@link #value}; false if it is not so. */
    boolean flags(final int i) {
        return flags(starts[i], ends[i]);
    }

    /**
     * Reads the flags of a {@code clone} or {@code clone3} into {@link #value}: behind {@code flags=}, which may stand
     * in a structure, or else the first argument of a {@code clone} printed raw.
     */
    boolean cloneFlags(final boolean mayBeRaw) {
        for (int i = 0; i < found; i++) {
            int start = starts[i];
            if (start < ends[i] && bytes[start] == '{') {
                start++;
            }
            if (Ascii.startsWith(bytes, start, ends[i], "flags=")) {
                int to = start;
                while (to < ends[i] && bytes[to] != ',' && bytes[to] != '}') {
                    to++;
                }
                return flags(start + "flags=".length(), to);
            }
        }
        return mayBeRaw && found > 0 && flags(0);
    }

    private boolean flags(final int from, final int to) {
        long bits = 0;
        int at = from;
        while (true) {
            at = Ascii.skipSpaces(bytes, at, to);
            if (at == to) {
                return false;
            }
            at = Ascii.isDigit(bytes[at]) || bytes[at] == '-' ? shiftedEnd(at, to) : nameEnd(at, to);
            if (at < 0) {
                return false;
            }
            bits |= value;
            at = Ascii.skipSpaces(bytes, at, to);
            if (at == to || bytes[at] != '|') {
                value = bits;
                return at == to || bytes[at] == '/';
            }
            at++;
        }
    }

    private int nameEnd(final int from, final int to) {
        final int nameEnd = Ascii.skipName(bytes, from, to);
        value = Symbols.value(bytes, from, nameEnd);
        return value == Symbols.UNKNOWN ? -1 : nameEnd;
    }

    private int shiftedEnd(final int from, final int to) {
        final int numberEnd = numberEnd(from, to);
        if (numberEnd > 0 && Ascii.startsWith(bytes, numberEnd, to, "<<")) {
            value <<= HUGE_SHIFT_BITS;
            final int name = numberEnd + 2;
            return Ascii.startsWith(bytes, name, to, HUGE_SHIFT) ? name + HUGE_SHIFT.length() : -1;
        }
        return numberEnd;
    }

    /** Reads a number that begins at {@code from}; its end, or -1. Decimals up to 2^64 - 1 wrap into the sign. */
    private int numberEnd(final int from, final int to) {
        if (Ascii.startsWith(bytes, from, to, "NULL")) {
            value = 0;
            return from + 4;
        }
        if (Ascii.startsWith(bytes, from, to, "0x")) {
            return hexEnd(from + 2, to);
        }
        final boolean negative = from < to && bytes[from] == '-';
        final int start = negative ? from + 1 : from;
        final int digitsEnd = Ascii.skipDigits(bytes, start, to);
        if (digitsEnd == start) {
            return -1;
        }
        long number = 0;
        for (int at = start; at < digitsEnd; at++) {
            final int digit = bytes[at] - '0';
            if (Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, 10)) > 0) {
                return -1;
            }
            number = 10 * number + digit;
        }
        value = negative ? -number : number;
        return digitsEnd;
    }

    private int hexEnd(final int from, final int to) {
        long number = 0;
        int at = from;
        while (at < to && Ascii.hexDigit(bytes[at]) >= 0) {
            number = (number << 4) | Ascii.hexDigit(bytes[at]);
            at++;
        }
        value = number;
        return at == from || at - from > 16 ? -1 : at;
    }

    /** Reads the number that begins at {@code from} of a text; its end, or -1. After another text, {@link #split} anew. */
    int numberAt(final byte[] text, final int from, final int to) {
        bytes = text;
        return numberEnd(from, to);
    }
}
