package io.mmulab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

import io.mmulab.kernel.machine.Machine;

/**
 * All recordings of all kernels: what the machine does otherwise is listed, with the reason, or it is a fault of the machine.
 * One test a recording, so that a failure names it and mutation testing finds soon what notices a change.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedKernelsTest {
    private static final boolean UPDATE = Boolean.getBoolean("mmulab.conformance.update");

    private final KnownDifferences known = KnownDifferences.read();
    private final Ratchet ratchet = Ratchet.read();
    /** Each is played once, whichever test asks first. */
    private final Map<String, Played> played = new HashMap<>();

    /** What playing a recording came to. The audit is of the end only: after each operation it takes thrice the time. */
    private record Played(ConformanceResult result, List<String> audit) {}

    @TestFactory
    Stream<DynamicNode> noMoreDifferencesThanListedOrAllowed() {
        return RecordedKernels.dynamicTests(this::noMoreDifferencesThanListedOrAllowed);
    }

    private void noMoreDifferencesThanListedOrAllowed(String kernel, String scenario) {
        List<Difference> unlisted = unlisted(kernel, scenario);
        if (!UPDATE) {
            assertThat(operations(unlisted)).as("operations that differ; the first differences are %s",
                    unlisted.stream().limit(3).toList()).isLessThanOrEqualTo(ratchet.allowed(kernel, scenario));
        }
        assertThat(played(kernel, scenario).audit()).as("of the machine after the last operation").isEmpty();
    }

    @Test
    @Tag("all-recordings")
    void everyListedDifferenceOccursAndThePageHasTheCounts() throws IOException {
        List<String> stale = new ArrayList<>();
        Map<String, ConformancePage.Counts> counts = new LinkedHashMap<>();
        for (String kernel : RecordedKernels.KERNELS) {
            counts.put(kernel, counts(kernel));
            stale.addAll(known.stale(kernel));
        }
        if (UPDATE) {
            ratchet.write();
            Files.writeString(ConformancePage.FILE, ConformancePage.text(counts, known, !ratchet.isEmpty()),
                    StandardCharsets.UTF_8);
        }
        assertThat(stale).as("listed, and do not occur").isEmpty();
        assertThat(ConformancePage.FILE).as("written anew with -Dmmulab.conformance.update=true")
                .hasContent(ConformancePage.text(counts, known, !ratchet.isEmpty()));
    }

    private ConformancePage.Counts counts(String kernel) {
        int recordings = 0;
        int equalRecordings = 0;
        int operations = 0;
        int equalOperations = 0;
        for (String scenario : RecordedKernels.of(kernel).keySet()) {
            ConformanceResult result = result(kernel, scenario);
            long unequal = operations(unlisted(kernel, scenario));
            if (UPDATE) {
                ratchet.set(kernel, scenario, unequal);
            }
            recordings++;
            equalRecordings += result.found() == 0 ? 1 : 0;
            operations += result.operations();
            equalOperations += result.equal();
        }
        return new ConformancePage.Counts(equalRecordings, recordings, equalOperations, operations);
    }

    private List<Difference> unlisted(String kernel, String scenario) {
        return result(kernel, scenario).differences().stream()
                .filter(difference -> !known.lists(kernel, scenario, difference)).toList();
    }

    private static long operations(List<Difference> differences) {
        return differences.stream().map(Difference::operation).distinct().count();
    }

    private ConformanceResult result(String kernel, String scenario) {
        return played(kernel, scenario).result();
    }

    private Played played(String kernel, String scenario) {
        return played.computeIfAbsent(kernel + " " + scenario, key -> play(kernel, scenario));
    }

    private static Played play(String kernel, String scenario) {
        AtomicReference<Machine> last = new AtomicReference<>();
        try {
            ConformanceResult result = Conformance.run(scenario, RecordedKernels.open(kernel, scenario),
                    Budget.unlimited(), (operation, machine) -> last.set(machine));
            return new Played(result, last.get().audit().stream().map(Object::toString).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
