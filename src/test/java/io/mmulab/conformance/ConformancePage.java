package io.mmulab.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code docs/conformance.md}: what the test found, in words and counts. */
final class ConformancePage {
    static final Path FILE = Path.of(System.getProperty("basedir", "."), "docs", "conformance.md");

    /** How many of what are equal. */
    record Counts(int equalRecordings, int recordings, int equalOperations, int operations) {}

    private ConformancePage() {}

    static String text(Map<String, Counts> kernels, KnownDifferences known, boolean ratchet) {
        StringBuilder page = new StringBuilder("""
                # Conformance

                The simulated kernel is held against recordings of real ones: 133 scripted scenarios, each recorded on six
                kernels (`src/test/resources/recordings`). `RecordedKernelsTest` plays each script on a machine of that
                kernel's architecture and version and compares operation by operation. A recording is equal if nothing
                differs in any of its operations.

                This page is written by that test and checked by it. After a change of the core, write it anew with

                    ./mvnw test -Dtest=RecordedKernelsTest -Dmmulab.conformance.update=true

                | kernel | equal recordings | equal operations |
                |---|---|---|
                """);
        kernels.forEach((kernel, counts) -> page.append("| %s | %d of %d | %d of %d |%n".formatted(kernel,
                counts.equalRecordings, counts.recordings, counts.equalOperations, counts.operations)));
        if (ratchet) {
            page.append("""

                    What still differs beside the known differences below is not simulated yet; it stands in
                    `src/test/resources/conformance/ratchet.txt`.
                    """);
        }
        page.append("""

                ## Compared

                | rule | fields |
                |---|---|
                """);
        for (Rule rule : Rule.values()) {
            page.append("| %s | %s |%n".formatted(rule.text(), rule.fields()));
        }
        page.append("\n## Not compared, and why\n\n| what | reason |\n|---|---|\n");
        for (NotClaimed.Entry entry : NotClaimed.list()) {
            page.append("| %s | %s |%n".formatted(entry.what(), entry.reason()));
        }
        page.append("\n## Known differences\n\n");
        List<KnownDifferences.Entry> entries = known.entries();
        if (entries.isEmpty()) {
            page.append("None.\n");
        } else {
            page.append("| kernels | scenario | operation | field | reason |\n|---|---|---|---|---|\n");
        }
        for (KnownDifferences.Entry entry : entries) {
            page.append("| %s | %s | %s | %s | %s |%n".formatted(
                    String.join(", ", entry.kernels().stream().sorted().toList()),
                    entry.scenario(), entry.operation(), entry.field(), entry.reason()));
        }
        return page.toString();
    }
}
