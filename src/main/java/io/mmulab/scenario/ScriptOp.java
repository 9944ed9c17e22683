package io.mmulab.scenario;

import org.jspecify.annotations.Nullable;

/**
 * One kind of operation: its row in the table of {@link ScriptOps}.
 *
 * @param name one word, or two where the second says which
 * @param form what the words after the name must be: see {@link Syntax}
 * @param handler what it does; null while the machine has nothing to do it with
 */
record ScriptOp(String name, Syntax form, @Nullable Handler handler) {

    /** Turns a line into operations of the machine. */
    @FunctionalInterface
    interface Handler {
        Played play(Call call);
    }

    int nameWords() {
        return name.indexOf(' ') < 0 ? 1 : 2;
    }
}
