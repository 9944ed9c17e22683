package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.scenario.Script;
import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.ScriptLine;

/**
 * One case: what to do, and what must then be so. In a file each begins with {@code ## NAME}.
 *
 * @param name as the file says
 * @param line where it begins
 * @param header lines {@code #key: value}, by key; a key that is repeated goes on with what it said
 * @param headerLines where each key stands first
 * @param lines operations and expectations, in order; empty lines and comments left out
 */
public record ScriptCase(String name, int line, Map<String, String> header, Map<String, Integer> headerLines,
        List<Line> lines) {
    private static final String CASE = "## ";
    private static final String EXPECTATION = "#=";
    private static final String STEP = "#:";
    private static final String CONTINUES = "...";
    private static final String ONLY = "#only";
    private static final String HEADER = "#[a-z]+:( .*)?";

    /**
     * An operation or an expectation.
     *
     * @param conditions the settings that it is about: all of these must hold
     * @param step name of the step that it belongs to; null for an expectation, and where it belongs to none
     * @param operation null for an expectation
     * @param expectation null for an operation
     */
    record Line(int number, List<Condition> conditions, @Nullable String step, @Nullable ScriptLine operation,
            @Nullable Expectation expectation) {
        boolean isAbout(Setting setting) {
            return conditions.stream().allMatch(condition -> condition.holds(setting));
        }
    }

    /** The lines are copied. */
    public ScriptCase {
        lines = List.copyOf(lines);
    }

    /**
     * Reads the cases of a file. What stands above the first is about the file.
     *
     * @throws ScriptException naming the first line that is not as it should be
     */
    public static List<ScriptCase> read(String text) {
        List<ScriptCase> cases = new ArrayList<>();
        Reader reader = null;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.startsWith(CASE)) {
                finish(reader, cases);
                reader = new Reader(line.substring(CASE.length()).strip(), number);
            } else if (reader != null) {
                reader.read(number, line.strip());
            }
            if (number > Script.MAX_LINES) {
                throw new ScriptException(number, "a file has at most " + Script.MAX_LINES + " lines");
            }
        }
        finish(reader, cases);
        return cases;
    }

    private static void finish(@Nullable Reader reader, List<ScriptCase> cases) {
        if (reader != null) {
            cases.add(reader.finish());
        }
    }

    /** A case whose header was given in another form. */
    public static ScriptCase of(String name, Map<String, String> header, String script) {
        Reader reader = new Reader(name, 1);
        int number = 0;
        for (String line : script.lines().toList()) {
            reader.read(++number, line.strip());
            if (number > Script.MAX_LINES) {
                throw new ScriptException(number, "a script has at most " + Script.MAX_LINES + " lines");
            }
        }
        ScriptCase read = reader.finish();
        return new ScriptCase(name, 1, Map.copyOf(header), Map.of(), read.lines());
    }

    /** Whether anything of it is about a setting. */
    public boolean isAbout(Setting setting) {
        return lines.stream().anyMatch(line -> line.operation() != null && line.isAbout(setting));
    }

    /** Expectations, whatever settings they are about. */
    public long expectations() {
        return lines.stream().filter(line -> line.expectation() != null).count();
    }

    /** Names of its steps. */
    public List<String> steps() {
        return lines.stream().map(Line::step).filter(java.util.Objects::nonNull).distinct().toList();
    }

    /** Line by line, one case. */
    private static final class Reader {
        private final String name;
        private final int start;
        private final Map<String, String> header = new LinkedHashMap<>();
        private final Map<String, Integer> headerLines = new LinkedHashMap<>();
        private final List<Line> lines = new ArrayList<>();
        private @Nullable Condition only;
        private @Nullable String step;
        private boolean continues;

        Reader(String name, int start) {
            this.name = name;
            this.start = start;
        }

        void read(int number, String line) {
            if (line.startsWith(ONLY)) {
                only = Condition.parse(number, bracketed(number, line.substring(ONLY.length()).strip()));
            } else if (line.startsWith(STEP)) {
                String named = line.substring(STEP.length()).strip();
                continues = named.endsWith(CONTINUES);
                step = continues ? named.substring(0, named.length() - CONTINUES.length()).strip() : named;
                if (!step.matches("[a-z][a-z0-9-]*")) {
                    throw new ScriptException(number, "not a name of a step: \"" + step + "\"");
                }
            } else if (line.startsWith(EXPECTATION)) {
                expectation(number, line.substring(EXPECTATION.length()).strip());
            } else if (line.matches(HEADER)) {
                int colon = line.indexOf(':');
                String key = line.substring(1, colon);
                header.merge(key, line.substring(colon + 1).strip(), (before, more) -> before + "\n" + more);
                headerLines.putIfAbsent(key, number);
            } else {
                ScriptLine operation = Script.line(number, line);
                if (operation != null) {
                    lines.add(new Line(number, conditions(Condition.ALWAYS), step, operation, null));
                    step = continues ? step : null;
                }
            }
        }

        private void expectation(int number, String text) {
            Condition condition = Condition.ALWAYS;
            String rest = text;
            if (text.startsWith("[")) {
                condition = Condition.parse(number, bracketed(number, text));
                rest = text.substring(text.indexOf(']') + 1).strip();
            }
            if (lines.isEmpty() || rest.isEmpty()) {
                throw new ScriptException(number,
                        rest.isEmpty() ? "nothing is expected" : "there is no operation above the expectation");
            }
            lines.add(new Line(number, conditions(condition), null, null, Expectation.parse(number, rest)));
        }

        private List<Condition> conditions(Condition own) {
            return only == null ? List.of(own) : List.of(only, own);
        }

        private static String bracketed(int number, String text) {
            int end = text.indexOf(']');
            if (!text.startsWith("[") || end < 0) {
                throw new ScriptException(number, "[...] expected");
            }
            return text.substring(1, end);
        }

        ScriptCase finish() {
            return new ScriptCase(name, start, header, headerLines, lines);
        }
    }
}
