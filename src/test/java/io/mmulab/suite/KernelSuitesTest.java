package io.mmulab.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import io.mmulab.conformance.RecordedKernels;

/** Every case of every suite, on the kernels that it is about. */
class KernelSuitesTest {
    private static final Path SUITES = Path.of(System.getProperty("suites", "src/test/resources/suites"));

    static List<SuiteCase> cases() throws IOException {
        List<SuiteCase> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(SUITES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".mm")).sorted().toList()) {
                all.addAll(SuiteCase.read(String.valueOf(file.getFileName()).replace(".mm", ""),
                        Files.readAllLines(file)));
            }
        }
        return all;
    }

    @TestFactory
    List<DynamicNode> suites() throws IOException {
        List<DynamicNode> nodes = new ArrayList<>();
        for (SuiteCase suiteCase : cases()) {
            List<DynamicNode> tests = RecordedKernels.selected().stream().filter(suiteCase::isAbout)
                    .map(kernel -> (DynamicNode) DynamicTest.dynamicTest(kernel,
                            () -> assertThat(SuitePlayer.play(suiteCase, kernel)).isEmpty()))
                    .toList();
            nodes.add(DynamicContainer.dynamicContainer(suiteCase.suite() + " " + suiteCase.name(), tests));
        }
        return nodes;
    }

    @Test
    void thereAreManyExpectations() throws IOException {
        assertThat(cases().stream().mapToLong(SuiteCase::expectations).sum()).isGreaterThan(400);
    }
}
