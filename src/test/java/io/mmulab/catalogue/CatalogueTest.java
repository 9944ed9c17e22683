package io.mmulab.catalogue;

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

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.scenario.catalogue.Catalogue;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.CellResult;
import io.mmulab.scenario.catalogue.DesignResult;
import io.mmulab.scenario.catalogue.Scenario;

/** Every scenario of the catalogue under every design that it is about, on all its machines. */
class CatalogueTest {
    static final Catalogue CATALOGUE = Catalogue.load();
    private static final Path FILES = Path.of("src/main/resources/scenarios");

    @TestFactory
    List<DynamicNode> everyDesignGetsTheVerdictThatTheFileSays() {
        CatalogueRun run = new CatalogueRun(new DeviceModels());
        List<DynamicNode> nodes = new ArrayList<>();
        for (Scenario scenario : CATALOGUE.all()) {
            if (scenario.kind() == Scenario.Kind.SCENARIO) {
                nodes.add(DynamicContainer.dynamicContainer(scenario.id() + " " + scenario.title(),
                        CatalogueRun.designs(scenario).stream().map(design -> DynamicTest.dynamicTest(design.name(),
                                () -> holds(scenario, run.play(scenario, design))))));
            }
        }
        return nodes;
    }

    private static void holds(Scenario scenario, DesignResult result) {
        for (CellResult cell : result.cells()) {
            assertThat(cell.wrong()).as("%s on %s with %s", scenario.id(), cell.architecture(), cell.device())
                    .isEmpty();
        }
        assertThat(result.verdict()).as("%s: %s", scenario.claim(), result.cells()).isEqualTo(result.expected());
    }

    @Test
    void everyPropositionOfTheDiscussionIsInTheCatalogue() {
        List<String> missing = Stream.iterate(1, i -> i + 1).limit(50).map(i -> "T" + i)
                .filter(id -> CATALOGUE.find(id).isEmpty()).toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void aReaderIsToldWhatEachScenarioIsAboutAndWhereItIsFrom() {
        assertThat(CATALOGUE.all()).allSatisfy(scenario -> {
            assertThat(scenario.source()).as(scenario.id()).isNotEmpty();
            assertThat(scenario.text().lines().count()).as("sentences of %s", scenario.id()).isGreaterThanOrEqualTo(2);
        });
    }

    @Test
    void everyFileIsInTheIndex() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())).filter(name -> name.endsWith(".mm")))
                    .containsExactlyInAnyOrderElementsOf(Files.readAllLines(FILES.resolve("index.txt")));
        }
    }

    @Test
    void everyPresetIsGivenAVerdict() {
        assertThat(CATALOGUE.all()).filteredOn(scenario -> scenario.kind() == Scenario.Kind.SCENARIO)
                .allSatisfy(scenario -> assertThat(CatalogueRun.designs(scenario)).extracting(KernelDesign::name)
                        .allSatisfy(design -> assertThat(scenario.expected(design)).as(scenario.id()).isNotNull()));
    }
}
