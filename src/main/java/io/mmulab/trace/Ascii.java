package io.mmulab.trace;

import java.util.Arrays;

/** Looks at text in a byte buffer; a range {@code from..to} never includes {@code to}. */
final class Ascii {

    private static final byte[] HEX = new byte[256];

    static {
        Arrays.fill(HEX, (byte) -1);
        for (int digit = 0; digit < 16; digit++) {
            HEX["0123456789abcdef".charAt(digit)] = (byte) digit;
            HEX["0123456789ABCDEF".charAt(digit)] = (byte) digit;
        }
    }

    private Ascii() {}

    /** 0 to 15, or -1. */
    static int hexDigit(final byte character) {
        return HEX[character & 0xff];
    }

    static boolean isDigit(final byte character) {
        return character >= '0' && character <= '9';
    }

    /** Letters of which names of calls and constants are made; a question mark is a call that strace can't name. */
    static boolean isName(final byte character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || isDigit(character)
                || character == '_' || character == '?';
    }

    static boolean startsWith(final byte[] text, final int from, final int to, final String prefix) {
        final int length = prefix.length();
        if (to - from < length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[from + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean endsWith(final byte[] text, final int from, final int to, final String suffix) {
        final int start = to - suffix.length();
        return start >= from && startsWith(text, start, to, suffix);
    }

    /** Where {@code wanted} begins, or -1. */
    static int indexOf(final byte[] text, final int from, final int to, final String wanted) {
        for (int at = from; at <= to - wanted.length(); at++) {
            if (startsWith(text, at, to, wanted)) {
                return at;
            }
        }
        return -1;
    }

    static int skipSpaces(final byte[] text, final int from, final int to) {
        int at = from;
        while (at < to && text[at] == ' ') {
            at++;
        }
        return at;
    }

    static int skipDigits(final byte[] text, final int from, final int to) {
        int at = from;
        while (at < to && isDigit(text[at])) {
            at++;
        }
        return at;
    }

    static int skipName(final byte[] text, final int from, final int to) {
        int at = from;
        while (at < to && isName(text[at])) {
            at++;
        }
        return at;
    }

    static int trimEnd(final byte[] text, final int from, final int to) {
        int at = to;
        while (at > from && text[at - 1] == ' ') {
            at--;
        }
        return at;
    }

    /** A decimal number of 1 to 9 digits that fills the range, or -1. */
    static int smallNumber(final byte[] text, final int from, final int to) {
        if (from >= to || to - from > 9 || skipDigits(text, from, to) != to) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            value = 10 * value + text[i] - '0';
        }
        return value;
    }
}
