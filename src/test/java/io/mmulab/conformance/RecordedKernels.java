package io.mmulab.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** The recordings that the project keeps, one archive a kernel, and the kernels to test. */
public final class RecordedKernels {
    /** {@code ARCHITECTURE-VERSION}. */
    public static final List<String> KERNELS =
            List.of("x86_64-6.1", "x86_64-6.12", "x86_64-7.3", "arm64-6.1", "arm64-6.12", "arm64-7.3");
    private static final Pattern SELECTED = Pattern.compile(System.getProperty("mmulab.kernels", ".*"));
    /** Texts never change, so that each archive is unpacked once in a JVM. */
    private static final Map<String, Map<String, String>> TEXTS = new ConcurrentHashMap<>();

    private RecordedKernels() {}

    /** What is to be true of one recording. */
    @FunctionalInterface
    interface RecordingTest {
        /** Fails if it is not. */
        void check(String kernel, String scenario) throws IOException;
    }

    /** The kernels to test: all, or those that the property {@code mmulab.kernels} selects. */
    public static List<String> selected() {
        List<String> selected = KERNELS.stream().filter(SELECTED.asMatchPredicate()).toList();
        if (selected.isEmpty()) {
            throw new IllegalStateException("mmulab.kernels selects none of " + KERNELS);
        }
        return selected;
    }

    /** A container for each selected kernel, in it a test for each recording. */
    static Stream<DynamicNode> dynamicTests(RecordingTest test) {
        return selected().stream()
                .map(kernel -> DynamicContainer.dynamicContainer(kernel, of(kernel).keySet().stream()
                        .map(scenario -> DynamicTest.dynamicTest(kernel + " " + scenario,
                                () -> test.check(kernel, scenario)))));
    }

    /** One recording, from its beginning. */
    static Recording open(String kernel, String scenario) throws IOException {
        return Recording.open(new BufferedReader(new StringReader(Objects.requireNonNull(of(kernel).get(scenario)))));
    }

    /** The recordings of a kernel as text, by scenario. */
    static Map<String, String> of(String kernel) {
        return TEXTS.computeIfAbsent(kernel, RecordedKernels::read);
    }

    private static Map<String, String> read(String kernel) {
        Map<String, String> recordings = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(
                RecordedKernels.class.getResourceAsStream("/recordings/" + kernel + ".tar.gz"))) {
            RecordingArchive.read(in, RecordingArchive.Format.TAR_GZ,
                    (entry, lines) -> recordings.put(
                            entry.substring(entry.indexOf('/') + 1, entry.length() - ".json".length()),
                            lines.lines().collect(Collectors.joining("\n"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Collections.unmodifiableMap(recordings);
    }
}
