package io.mmulab.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.mmulab.kernel.coherence.Finding;
import io.mmulab.kernel.machine.Machine;

/**
 * Prints how the machine does against recordings in a directory ({@code KERNEL/SCENARIO.json}):
 * {@code RECORDINGS [KERNEL [SCENARIO-REGEX]] [-v]}. Without a scenario: per kernel the recordings and operations that are
 * equal, and differences by field. With one, or with -v: each difference. -l: one line a recording. -a: what an audit finds
 * after each operation.
 */
final class ConformanceReport {
    private static final PrintStream OUT = System.out;

    private final Map<String, Integer> byField = new TreeMap<>();
    private final Map<String, Integer> notSimulated = new TreeMap<>();
    private final boolean audit;
    private int recordings;
    private int equalRecordings;
    private int operations;
    private int equalOperations;

    private ConformanceReport(boolean audit) {
        this.audit = audit;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean verbose = words.remove("-v");
        boolean list = words.remove("-l");
        boolean audit = words.remove("-a");
        Path root = Path.of(words.get(0));
        Pattern scenario = Pattern.compile(words.size() > 2 ? words.get(2) : ".*");
        boolean single = words.size() > 2 || verbose;
        for (Path kernel : children(root)) {
            String name = kernel.getFileName().toString();
            boolean wanted = words.size() < 2 || words.get(1).equals("all") || Pattern.matches(words.get(1), name);
            if (wanted && Files.isDirectory(kernel) && name.matches("[a-z0-9_]+-[0-9.]+[0-9]")) {
                new ConformanceReport(audit).kernel(kernel, scenario, single, list);
            }
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private void kernel(Path directory, Pattern scenario, boolean verbose, boolean list) throws IOException {
        for (Path file : children(directory)) {
            String name = file.getFileName().toString().replaceFirst("\\.json$", "");
            if (!scenario.matcher(name).find()) {
                continue;
            }
            try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                count(Conformance.run(name, Recording.open(reader), Budget.unlimited(),
                        (operation, machine) -> audit(name, operation, machine)), verbose, list);
            } catch (RuntimeException e) {
                OUT.println("FAILED " + file + ": " + e);
                e.printStackTrace(OUT);
            }
        }
        OUT.printf("%-12s recordings equal %d/%d   operations equal %d/%d%n", directory.getFileName(), equalRecordings,
                recordings, equalOperations, operations);
        print("differences by field", byField);
        print("not simulated", notSimulated);
    }

    private void audit(String scenario, RecordedOperation operation, Machine machine) {
        if (!audit) {
            return;
        }
        machine.watchRules();
        for (Finding finding : machine.audit()) {
            OUT.printf("AUDIT %s [%d] %s: %s%n", scenario, operation.index(), operation.text(), finding);
        }
    }

    private static void print(String title, Map<String, Integer> counts) {
        if (counts.isEmpty()) {
            return;
        }
        StringBuilder line = new StringBuilder("   " + title + ":");
        counts.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> line.append(' ').append(entry.getKey()).append('=').append(entry.getValue())
                        .append(','));
        OUT.println(line);
    }

    private void count(ConformanceResult result, boolean verbose, boolean list) {
        recordings++;
        operations += result.operations();
        equalOperations += result.equal();
        if (result.found() == 0) {
            equalRecordings++;
        }
        for (Difference difference : result.differences()) {
            byField.merge(difference.field(), 1, Integer::sum);
            if (difference.field().equals("operation")) {
                notSimulated.merge(String.valueOf(difference.actual()).replace("not simulated: ", "")
                        .replace(' ', '_'), 1, Integer::sum);
            }
        }
        if (list) {
            OUT.printf("%-12s %-45s %d/%d %d%n", result.kernel(), result.recording(), result.equal(),
                    result.operations(), result.found());
        }
        if (verbose) {
            print(result);
        }
    }

    private static void print(ConformanceResult result) {
        OUT.printf("== %s %s: %d/%d operations equal, %d differences%n", result.kernel(), result.recording(),
                result.equal(), result.operations(), result.found());
        int operation = -1;
        for (Difference difference : result.differences()) {
            if (difference.operation() != operation) {
                operation = difference.operation();
                OUT.printf("[%d] %s%n", operation, difference.op());
            }
            OUT.printf("      %s  %s%n          kernel: %s%n          ours:   %s%n", difference.field(),
                    difference.where(),
                    difference.expected() == null ? "-" : difference.expected(),
                    difference.actual() == null ? "-" : difference.actual());
        }
    }
}
