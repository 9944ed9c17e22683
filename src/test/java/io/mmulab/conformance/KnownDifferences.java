package io.mmulab.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Differences that are known and stay, each with a reason: {@code conformance/known-differences.txt}, a line each of kernels
 * (separated by commas, or {@code all}), scenario, operation, field (both may be {@code *}) and reason, separated by blanks.
 */
final class KnownDifferences {
    private static final Pattern BLANKS = Pattern.compile(" +");

    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> met = new TreeSet<>();

    /** One line of the list. */
    record Entry(Set<String> kernels, String scenario, String operation, String field, String reason) {
        boolean covers(String kernel, String recorded, Difference difference) {
            return kernels.contains(kernel) && scenario.equals(recorded)
                    && (operation.equals("*") || operation.equals(Integer.toString(difference.operation())))
                    && (field.equals("*") || field.equals(difference.field()));
        }

        String of(String kernel) {
            return kernel + " " + scenario + " " + operation + " " + field;
        }
    }

    private KnownDifferences() {}

    /** Reads the list. */
    static KnownDifferences read() {
        KnownDifferences known = new KnownDifferences();
        try (InputStream in = Objects.requireNonNull(
                KnownDifferences.class.getResourceAsStream("/conformance/known-differences.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(known::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return known;
    }

    private void add(String line) {
        String[] words = BLANKS.split(line, 5);
        if (words.length < 5) {
            throw new IllegalArgumentException("kernels, scenario, operation, field and reason expected: " + line);
        }
        Set<String> kernels = words[0].equals("all") ? Set.copyOf(RecordedKernels.KERNELS)
                : Set.of(words[0].split(",", -1));
        entries.add(new Entry(kernels, words[1], words[2], words[3], words[4]));
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Whether a difference is on the list; the entry counts as met from then on. */
    boolean lists(String kernel, String scenario, Difference difference) {
        boolean found = false;
        for (Entry entry : entries) {
            if (entry.covers(kernel, scenario, difference)) {
                met.add(entry.of(kernel));
                found = true;
            }
        }
        return found;
    }

    /** Entries that say of a kernel what is no longer so. */
    List<String> stale(String kernel) {
        return entries.stream().filter(entry -> entry.kernels().contains(kernel)).map(entry -> entry.of(kernel))
                .filter(entry -> !met.contains(entry)).toList();
    }
}
