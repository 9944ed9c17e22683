package io.mmulab.suite;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One case of a suite: what to do, and what must then be so.
 *
 * @param suite name of its file
 * @param name as the file says
 * @param lines operations and expectations, in order; empty lines and comments left out
 */
record SuiteCase(String suite, String name, List<Line> lines) {
    private static final String CASE = "## ";
    private static final String EXPECTATION = "#=";
    private static final String ONLY = "#only";

    /**
     * An operation or an expectation.
     *
     * @param condition the kernels that it is about; empty for all
     * @param words of the operation, {@code in NAME} included, or of the expectation
     */
    record Line(int number, boolean isExpectation, String condition, List<String> words) {
        /** Whether it is about a kernel, as {@code arm64-6.1}. */
        boolean isAbout(String kernel) {
            return SuiteCase.isAbout(condition, kernel);
        }
    }

    /** The cases of a file. */
    static List<SuiteCase> read(String suite, List<String> text) {
        List<SuiteCase> cases = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        String only = "";
        for (int i = 0; i < text.size(); i++) {
            String line = text.get(i).strip();
            if (line.startsWith(CASE)) {
                lines = new ArrayList<>();
                cases.add(new SuiteCase(suite, line.substring(CASE.length()), lines));
                only = "";
            } else if (line.startsWith(ONLY)) {
                only = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
            } else if (!cases.isEmpty()) {
                Line parsed = parse(i + 1, only, line);
                if (parsed != null) {
                    lines.add(parsed);
                }
            }
        }
        return cases;
    }

    private static @Nullable Line parse(int number, String only, String line) {
        boolean isExpectation = line.startsWith(EXPECTATION);
        String rest = isExpectation ? line.substring(EXPECTATION.length()).strip() : line;
        if (rest.isEmpty() || rest.startsWith("#")) {
            return null;
        }
        String condition = only;
        if (isExpectation && rest.startsWith("[")) {
            condition = (only + " " + rest.substring(1, rest.indexOf(']'))).strip();
            rest = rest.substring(rest.indexOf(']') + 1).strip();
        }
        return new Line(number, isExpectation, condition, List.of(rest.split("\\s+")));
    }

    /** Whether anything of it is about a kernel. */
    boolean isAbout(String kernel) {
        return lines.stream().anyMatch(line -> !line.isExpectation() && line.isAbout(kernel));
    }

    /** Expectations in the file, whatever kernels they are about. */
    long expectations() {
        return lines.stream().filter(Line::isExpectation).count();
    }

    private static boolean isAbout(String condition, String kernel) {
        String architecture = kernel.startsWith("x86") ? "x86" : "arm64";
        String version = kernel.substring(kernel.indexOf('-') + 1);
        boolean anyArchitecture = true;
        boolean anyVersion = true;
        boolean ofArchitecture = false;
        boolean ofVersion = false;
        for (String word : condition.isEmpty() ? new String[0] : condition.split(" ")) {
            if (Character.isDigit(word.charAt(0))) {
                anyVersion = false;
                ofVersion |= word.equals(version);
            } else {
                anyArchitecture = false;
                ofArchitecture |= word.equals(architecture);
            }
        }
        return (anyArchitecture || ofArchitecture) && (anyVersion || ofVersion);
    }
}
