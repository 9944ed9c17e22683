package io.mmulab.scenario;

/** Numbers as the driver reads them: {@code atol} and {@code strtoull(..., 0)}; what is not a number counts as 0. */
final class Numbers {
    private Numbers() {}

    /** {@code atol}: decimal, with a sign or without. */
    static long decimal(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** {@code strtoull} with base 0: hexadecimal after 0x, octal after 0, else decimal. */
    static long unsigned(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        long value;
        try {
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                value = Long.parseUnsignedLong(digits.substring(2), 16);
            } else if (digits.length() > 1 && digits.startsWith("0")) {
                value = Long.parseUnsignedLong(digits, 8);
            } else {
                value = digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits);
            }
        } catch (NumberFormatException e) {
            return 0;
        }
        return negative ? -value : value;
    }

    static boolean isDecimal(String text) {
        return text.matches("[+-]?[0-9]{1,18}");
    }

    static boolean isNumber(String text) {
        return text.matches("[+-]?(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,18})");
    }
}
