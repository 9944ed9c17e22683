package io.mmulab.suite;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.mmulab.conformance.RecordedKernels;
import io.mmulab.scenario.expect.ScriptCase;

/** Prints which cases fail, and why: {@code [CASE-REGEX]}. */
final class SuiteReport {
    private static final PrintStream OUT = System.out;

    private SuiteReport() {}

    public static void main(String[] arguments) throws IOException {
        Pattern pattern = Pattern.compile(arguments.length > 0 ? arguments[0] : ".*");
        int good = 0;
        Map<String, List<String>> bad = new LinkedHashMap<>();
        for (Map.Entry<String, List<ScriptCase>> suite : KernelSuitesTest.cases().entrySet()) {
            for (ScriptCase suiteCase : suite.getValue()) {
                String name = suite.getKey() + " " + suiteCase.name();
                for (String kernel : RecordedKernels.selected()) {
                    if (!pattern.matcher(name).find() || !SuitePlayer.isAbout(suiteCase, kernel)) {
                        continue;
                    }
                    List<String> wrong = wrong(suiteCase, kernel);
                    if (wrong.isEmpty()) {
                        good++;
                    } else {
                        bad.computeIfAbsent(name + "\n  " + String.join("\n  ", wrong), key -> new ArrayList<>())
                                .add(kernel);
                    }
                }
            }
        }
        bad.forEach((text, kernels) -> OUT.println(kernels + " " + text));
        OUT.println(good + " pass, " + bad.values().stream().mapToInt(List::size).sum() + " fail");
    }

    private static List<String> wrong(ScriptCase suiteCase, String kernel) {
        try {
            return SuitePlayer.play(suiteCase, kernel);
        } catch (RuntimeException e) {
            StackTraceElement at = e.getStackTrace()[0];
            return List.of(e + " at " + at.getFileName() + ":" + at.getLineNumber());
        }
    }
}
