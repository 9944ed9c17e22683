package io.mmulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

import org.jspecify.annotations.Nullable;

/**
 * A {@code .mm} script: one operation a line, {@code #} begins a comment, {@code in C OP...} runs an operation in process C.
 * Reading checks each line's form, so that a script with a mistake is refused as a whole, before anything of it ran.
 */
public final class Script {
    /** Most lines, comments included. */
    public static final int MAX_LINES = 10_000;
    /** Most characters of a line. */
    public static final int MAX_LINE_LENGTH = 511;
    /** Most words of a line, {@code in C} included. */
    public static final int MAX_WORDS = 16;

    private final List<ScriptLine> lines;

    private Script(List<ScriptLine> lines) {
        this.lines = List.copyOf(lines);
    }

    /**
     * Reads a script.
     *
     * @throws ScriptException naming the first line that is not as it should be
     */
    public static Script parse(String text) {
        List<ScriptLine> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            if (++number > MAX_LINES) {
                throw new ScriptException(number, "a script has at most " + MAX_LINES + " lines");
            }
            ScriptLine parsed = line(number, line);
            if (parsed != null) {
                lines.add(parsed);
            }
        }
        return new Script(lines);
    }

    /**
     * Reads one operation, as it stands in a recording.
     *
     * @param process the process that runs it, where the text does not say
     * @throws ScriptException if it is not in the form of any operation
     */
    public static ScriptLine operation(int number, String process, String text) {
        List<String> words = split(number, text);
        if (words.isEmpty()) {
            throw new ScriptException(number, "no operation");
        }
        ScriptLine line = new ScriptLine(number, process, words);
        ScriptOps.check(line);
        return line;
    }

    /**
     * Reads one line as it stands in a script.
     *
     * @return null if it is empty or a comment
     * @throws ScriptException if it is not in the form of any operation
     */
    public static @Nullable ScriptLine line(int number, String line) {
        List<String> words = split(number, line);
        if (words.isEmpty()) {
            return null;
        }
        if (words.getFirst().equals("in") && words.size() > 2) {
            ScriptLine inProcess = new ScriptLine(number, words.get(1), words.subList(2, words.size()));
            ScriptOps.check(inProcess);
            return inProcess;
        }
        ScriptLine plain = new ScriptLine(number, ScriptLine.FIRST_PROCESS, words);
        ScriptOps.check(plain);
        return plain;
    }

    private static List<String> split(int number, String line) {
        if (line.length() > MAX_LINE_LENGTH) {
            throw new ScriptException(number, "longer than " + MAX_LINE_LENGTH + " characters");
        }
        int comment = line.indexOf('#');
        String body = comment < 0 ? line : line.substring(0, comment);
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(body);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        if (words.size() > MAX_WORDS) {
            throw new ScriptException(number, "more than " + MAX_WORDS + " words");
        }
        return words;
    }

    /** The operations in order. */
    public List<ScriptLine> lines() {
        return lines;
    }
}
