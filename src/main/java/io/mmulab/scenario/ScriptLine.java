package io.mmulab.scenario;

import java.util.List;

/**
 * One operation of a script.
 *
 * @param number line of the script, counted from 1
 * @param process name of the process that runs it; {@value #FIRST_PROCESS} unless the line says {@code in}
 * @param words the operation and its arguments, without {@code in NAME} and without a comment
 */
public record ScriptLine(int number, String process, List<String> words) {
    /** The process that is there from the start. */
    public static final String FIRST_PROCESS = "P";

    /** As given; the words are copied. */
    public ScriptLine {
        words = List.copyOf(words);
    }

    /** A word by position, or nothing at all: the driver's way with arguments that are not there. */
    String word(int position) {
        return position < words.size() ? words.get(position) : "";
    }

    int size() {
        return words.size();
    }

    /** Whether an argument at or after {@code from} is exactly this word. */
    boolean has(String word, int from) {
        return words.lastIndexOf(word) >= from;
    }

    /** The operation as text. */
    public String text() {
        return String.join(" ", words);
    }
}
