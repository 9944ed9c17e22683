package io.mmulab.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.mmulab.conformance.RecordedKernels;
import io.mmulab.scenario.expect.ScriptCase;

/** Every case of every suite, on the kernels that it is about. */
class KernelSuitesTest {
    private static final Path SUITES = Path.of(System.getProperty("suites", "src/test/resources/suites"));

    /** The cases by suite, which is the name of their file. */
    static Map<String, List<ScriptCase>> cases() throws IOException {
        Map<String, List<ScriptCase>> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(SUITES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".mm")).toList()) {
                all.put(String.valueOf(file.getFileName()).replace(".mm", ""),
                        ScriptCase.read(Files.readString(file)));
            }
        }
        return all;
    }

    @TestFactory
    List<DynamicNode> suites() throws IOException {
        List<DynamicNode> nodes = new ArrayList<>();
        cases().forEach((suite, cases) -> {
            for (ScriptCase suiteCase : cases) {
                List<DynamicNode> tests =
                        RecordedKernels.selected().stream().filter(kernel -> SuitePlayer.isAbout(suiteCase, kernel))
                                .map(kernel -> (DynamicNode) DynamicTest.dynamicTest(kernel,
                                        () -> assertThat(SuitePlayer.play(suiteCase, kernel)).isEmpty()))
                                .toList();
                nodes.add(DynamicContainer.dynamicContainer(suite + " " + suiteCase.name(), tests));
            }
        });
        return nodes;
    }

    @Test
    void thereAreManyExpectations() throws IOException {
        assertThat(cases().values().stream().flatMap(List::stream).mapToLong(ScriptCase::expectations).sum())
                .isGreaterThan(400);
    }
}
