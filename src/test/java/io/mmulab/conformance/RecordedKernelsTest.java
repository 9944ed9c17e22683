package io.mmulab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/**
 * All recordings of all kernels: what the machine does otherwise is listed, with the reason, or it is a fault of the machine.
 */
class RecordedKernelsTest {
    private static final boolean UPDATE = Boolean.getBoolean("mmulab.conformance.update");

    private final KnownDifferences known = KnownDifferences.read();
    private final Ratchet ratchet = Ratchet.read();
    private final List<String> wrong = new ArrayList<>();

    @Test
    void everyDifferenceIsListedAndEveryListedDifferenceOccurs() throws IOException {
        Map<String, ConformancePage.Counts> counts = new LinkedHashMap<>();
        for (String kernel : RecordedKernels.KERNELS) {
            counts.put(kernel, kernel(kernel));
            known.stale(kernel).forEach(entry -> wrong.add("listed, and does not occur: " + entry));
        }
        if (UPDATE) {
            ratchet.write();
            Files.writeString(ConformancePage.FILE, ConformancePage.text(counts, known, !ratchet.isEmpty()),
                    StandardCharsets.UTF_8);
        }
        assertThat(wrong).isEmpty();
        assertThat(ConformancePage.FILE).as("written anew with -Dmmulab.conformance.update=true")
                .hasContent(ConformancePage.text(counts, known, !ratchet.isEmpty()));
    }

    private ConformancePage.Counts kernel(String kernel) throws IOException {
        int recordings = 0;
        int equalRecordings = 0;
        int operations = 0;
        int equalOperations = 0;
        for (Map.Entry<String, String> recording : RecordedKernels.of(kernel).entrySet()) {
            ConformanceResult result = Conformance.run(recording.getKey(),
                    Recording.open(new BufferedReader(new StringReader(recording.getValue()))), Budget.unlimited());
            check(kernel, recording.getKey(), result);
            recordings++;
            equalRecordings += result.found() == 0 ? 1 : 0;
            operations += result.operations();
            equalOperations += result.equal();
        }
        return new ConformancePage.Counts(equalRecordings, recordings, equalOperations, operations);
    }

    private void check(String kernel, String scenario, ConformanceResult result) {
        List<Difference> unlisted = result.differences().stream()
                .filter(difference -> !known.lists(kernel, scenario, difference)).toList();
        long unequal = unlisted.stream().map(Difference::operation).distinct().count();
        if (UPDATE) {
            ratchet.set(kernel, scenario, unequal);
        } else if (unequal > ratchet.allowed(kernel, scenario)) {
            wrong.add("%s %s: %d operations differ, %d may; the first differences are %s".formatted(kernel, scenario,
                    unequal, ratchet.allowed(kernel, scenario), unlisted.stream().limit(3).toList()));
        }
    }
}
