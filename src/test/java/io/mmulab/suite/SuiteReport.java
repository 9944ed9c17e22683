package io.mmulab.suite;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.mmulab.conformance.RecordedKernels;

/** Prints which cases fail, and why: {@code [CASE-REGEX]}. */
final class SuiteReport {
    private static final PrintStream OUT = System.out;

    private SuiteReport() {}

    public static void main(String[] arguments) throws IOException {
        Pattern pattern = Pattern.compile(arguments.length > 0 ? arguments[0] : ".*");
        int good = 0;
        Map<String, List<String>> bad = new LinkedHashMap<>();
        for (SuiteCase suiteCase : KernelSuitesTest.cases()) {
            String name = suiteCase.suite() + " " + suiteCase.name();
            if (!pattern.matcher(name).find()) {
                continue;
            }
            for (String kernel : RecordedKernels.selected()) {
                if (!suiteCase.isAbout(kernel)) {
                    continue;
                }
                List<String> wrong;
                try {
                    wrong = SuitePlayer.play(suiteCase, kernel);
                } catch (RuntimeException e) {
                    StackTraceElement at = e.getStackTrace()[0];
                    wrong = List.of(e + " at " + at.getFileName() + ":" + at.getLineNumber());
                }
                if (wrong.isEmpty()) {
                    good++;
                } else {
                    bad.computeIfAbsent(name + "\n  " + String.join("\n  ", wrong), key -> new ArrayList<>())
                            .add(kernel);
                }
            }
        }
        bad.forEach((text, kernels) -> OUT.println(kernels + " " + text));
        OUT.println(good + " pass, " + bad.values().stream().mapToInt(List::size).sum() + " fail");
    }
}
