package io.mmulab.scenario.expect;

import org.jspecify.annotations.Nullable;

/**
 * A number, or a word.
 *
 * @param number 0 where it is a word
 * @param word null where it is a number
 */
record Value(long number, @Nullable String word) {
    static Value of(long number) {
        return new Value(number, null);
    }

    static Value of(boolean truth) {
        return of(truth ? 1 : 0);
    }

    static Value of(String word) {
        return new Value(0, word);
    }

    boolean isTrue() {
        return word == null ? number != 0 : true;
    }

    String text() {
        return word == null ? Long.toString(number) : word;
    }
}
