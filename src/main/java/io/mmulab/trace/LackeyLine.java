package io.mmulab.trace;

import java.util.Arrays;

/** Reads the lines of lackey that are one access: {@code I  0401ab70,3} or {@code  S 1fff000758,8}. */
final class LackeyLine {

    /** Longer than any access, with its newline: 3 for the kind, 16 digits, a comma, 5 digits. */
    static final int MAX_ACCESS = 32;

    private static final int ADDRESS = 3;
    private static final int MAX_ADDRESS_DIGITS = 16;
    private static final int MAX_SIZE_DIGITS = 5;

    private static final byte FETCH = RecordKind.FETCH.code();
    private static final byte NONE = -1;

    /** Kind by the letter behind the space that begins a data access. */
    private static final byte[] DATA_KINDS = new byte[256];

    static {
        Arrays.fill(DATA_KINDS, NONE);
        DATA_KINDS['L'] = RecordKind.LOAD.code();
        DATA_KINDS['S'] = RecordKind.STORE.code();
        DATA_KINDS['M'] = RecordKind.MODIFY.code();
    }

    private LackeyLine() {}

    /**
     * Reads the access that begins at {@code from} into the columns of row {@code row}, except {@code pid} and
     * {@code line}. At least {@link #MAX_ACCESS} bytes must be readable from there, whatever they are.
     *
     * @return position of the first byte behind the size, or -1 if this is no access
     */
    static int access(final byte[] text, final int from, final TraceBatch batch, final int row) {
        final byte first = text[from];
        final byte second = text[from + 1];
        final byte kind;
        if (first == 'I' && second == ' ') {
            kind = FETCH;
        } else if (first == ' ') {
            kind = DATA_KINDS[second & 0xff];
        } else {
            kind = NONE;
        }
        if (kind == NONE || text[from + 2] != ' ') {
            return -1;
        }
        int at = from + ADDRESS;
        long address = 0;
        int digit = Ascii.hexDigit(text[at]);
        while (digit >= 0) {
            address = (address << 4) | digit;
            at++;
            digit = Ascii.hexDigit(text[at]);
            if (at - from == ADDRESS + MAX_ADDRESS_DIGITS) {
                break;
            }
        }
        final int sizeFrom = at + 1;
        if (at == from + ADDRESS || text[at] != ',') {
            return -1;
        }
        int size = 0;
        at = sizeFrom;
        while (at - sizeFrom < MAX_SIZE_DIGITS && Ascii.isDigit(text[at])) {
            size = 10 * size + text[at] - '0';
            at++;
        }
        if (size == 0) {
            return -1;
        }
        batch.kind[row] = kind;
        batch.address[row] = address;
        batch.length[row] = size;
        return at;
    }

    /** Whether a line, which may be cut if it is the last of the text, is of a form that only lackey writes. */
    static boolean looksRight(final byte[] text, final int from, final int to) {
        if (Ascii.startsWith(text, from, to, "==")) {
            return Ascii.indexOf(text, from, to, "== Lackey") > 0;
        }
        if (Ascii.startsWith(text, from, to, "SYSCALL[")) {
            return true;
        }
        final byte[] padded = Arrays.copyOfRange(text, from, from + MAX_ACCESS);
        final int end = access(padded, 0, new TraceBatch(1), 0);
        return end > 0 && from + end == to;
    }
}
