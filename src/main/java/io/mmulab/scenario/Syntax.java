package io.mmulab.scenario;

import java.util.List;

/**
 * What the words after an operation's name must be, as a line of kinds of word: {@code name} any word; {@code page} and
 * {@code int} a decimal number, which may be negative; {@code num} a number in decimal or hexadecimal; {@code prot}
 * {@code none} or letters of rwx; {@code a|b} one of those words. A kind in brackets may be missing; {@code ...} takes
 * whatever follows.
 */
record Syntax(List<String> kinds) {
    private static final String REST = "...";

    static Syntax of(String text) {
        return new Syntax(text.isEmpty() ? List.of() : List.of(text.split(" ")));
    }

    /** Throws if the words from {@code from} on are not of this form. */
    void check(ScriptLine line, int from) {
        int position = from;
        for (String kind : kinds) {
            if (kind.equals(REST)) {
                return;
            }
            boolean optional = kind.startsWith("[");
            String plain = optional ? kind.substring(1, kind.length() - 1) : kind;
            if (position >= line.size()) {
                if (optional) {
                    return;
                }
                throw new ScriptException(line.number(), line.word(0) + ": " + plain + " is missing");
            }
            if (!fits(plain, line.word(position))) {
                throw new ScriptException(line.number(),
                        line.word(0) + ": " + plain + " expected, not " + line.word(position));
            }
            position++;
        }
        if (position < line.size()) {
            throw new ScriptException(line.number(), line.word(0) + ": not expected: " + line.word(position));
        }
    }

    private static boolean fits(String kind, String word) {
        return switch (kind) {
            case "name" -> true;
            case "page", "int" -> Numbers.isDecimal(word);
            case "num" -> Numbers.isNumber(word);
            case "prot" -> word.equals("none") || word.matches("[rwx]{1,3}");
            default -> List.of(kind.split("\\|")).contains(word);
        };
    }
}
