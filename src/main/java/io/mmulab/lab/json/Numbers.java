package io.mmulab.lab.json;

import java.util.regex.Pattern;

/** Addresses and byte counts as people write them. */
public final class Numbers {
    /** What an address looks like. */
    public static final String ADDRESS_PATTERN = "^0x[0-9a-f]{1,16}$";
    private static final Pattern ADDRESS = Pattern.compile("0[xX][0-9a-fA-F]{1,16}");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,15})([kKmMgG]?)");
    private static final String UNITS = "kmg";

    private Numbers() {}

    /** An address: lower-case hexadecimal with 0x, without padding. */
    public static String address(long value) {
        return "0x" + Long.toHexString(value);
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException whose message says what it should look like
     */
    public static long parseAddress(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not an address: write 0x and 1 to 16 hexadecimal digits, as in \"0x7fdde3e81000\"");
        }
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
    }

    /**
     * Reads a byte count.
     *
     * @throws IllegalArgumentException whose message says what it should look like
     */
    public static long parseBytes(String text) {
        if (ADDRESS.matcher(text).matches()) {
            return notNegative(parseAddress(text));
        }
        var matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a number of bytes: write 4096, \"4k\", \"2M\", \"1G\" or \"0x1000\"");
        }
        int shift = matcher.group(2).isEmpty() ? 0
                : 10 * (UNITS.indexOf(Character.toLowerCase(matcher.group(2).charAt(0))) + 1);
        long number = Long.parseLong(matcher.group(1));
        return number > (Long.MAX_VALUE >> shift) ? notNegative(-1) : number << shift;
    }

    static long notNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a number of bytes is 0 to 2^63 - 1");
        }
        return bytes;
    }
}
