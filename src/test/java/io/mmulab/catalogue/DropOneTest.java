package io.mmulab.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.CellResult;
import io.mmulab.scenario.catalogue.Scenario;

/**
 * T47: calls of the hook in the flush functions can't be missed. For Linux 6.6, each single call site of each architecture
 * is needed: without it a scenario of the catalogue gives another result.
 */
class DropOneTest {
    private static final CatalogueRun RUN = new CatalogueRun(new DeviceModels());

    static Stream<Arguments> callSites() {
        return Architecture.PRESETS.stream().flatMap(architecture -> KernelDesign.LINUX_6_6.sites().stream().sorted()
                .map(site -> Arguments.of(architecture, site)));
    }

    private static KernelDesign without(NotifySite site) {
        KernelDesign design = KernelDesign.LINUX_6_6;
        Set<NotifySite> sites = EnumSet.copyOf(design.sites());
        sites.remove(site);
        return new KernelDesign(design.name(), design.kernelVersion(), design.secondaryTlbHook(), sites,
                design.summary(), design.sources());
    }

    @ParameterizedTest
    @MethodSource("callSites")
    void aScenarioCatchesAMissingCallSite(Architecture architecture, NotifySite site) {
        List<String> caught = new ArrayList<>();
        for (Scenario scenario : CatalogueTest.CATALOGUE.all()) {
            for (Scenario.Pair pair : scenario.matrix()) {
                if (isAbout(scenario, pair, architecture) && differs(scenario, pair, architecture, without(site))) {
                    caught.add(scenario.id());
                }
            }
        }
        assertThat(caught).as("without %s on %s", site, architecture.name()).isNotEmpty();
    }

    private static boolean isAbout(Scenario scenario, Scenario.Pair pair, Architecture architecture) {
        return CatalogueRun.designs(scenario).contains(KernelDesign.LINUX_6_6)
                && pair.architecture().equals(architecture.name());
    }

    private static boolean differs(Scenario scenario, Scenario.Pair pair, Architecture architecture,
            KernelDesign mutant) {
        CellResult without = RUN.play(scenario, mutant, architecture, pair.device());
        return !without.wrong().isEmpty() || !Objects.equals(without.claim(),
                RUN.play(scenario, KernelDesign.LINUX_6_6, architecture, pair.device()).claim());
    }
}
