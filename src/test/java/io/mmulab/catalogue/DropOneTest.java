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
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.event.Phase;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.CellResult;
import io.mmulab.scenario.catalogue.CellRun;
import io.mmulab.scenario.catalogue.Scenario;

/**
 * T47: calls of the hook in the flush functions can't be missed. For Linux 6.6, each single call site of each architecture
 * that has it is needed: without it a scenario of the catalogue gives another result.
 */
class DropOneTest {
    /** Those that have all call sites; another one may lack some, and then nothing can miss them. */
    private static final List<Architecture> ALWAYS_CALL =
            List.of(Architecture.ARM64, Architecture.ARM64_HAFDBS, Architecture.X86_64);

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
        boolean calls = ALWAYS_CALL.contains(architecture);
        for (Scenario scenario : CatalogueTest.CATALOGUE.all()) {
            for (Scenario.Pair pair : scenario.matrix()) {
                if (isAbout(scenario, pair, architecture)) {
                    Run whole = Run.of(scenario, KernelDesign.LINUX_6_6, architecture, pair.device());
                    Run mutant = Run.of(scenario, without(site), architecture, pair.device());
                    calls |= whole.calls() != mutant.calls();
                    if (mutant.isWorseThan(whole)) {
                        caught.add(scenario.id());
                    }
                }
            }
        }
        if (calls) {
            assertThat(caught).as("without %s on %s", site, architecture.name()).isNotEmpty();
        }
    }

    private static boolean isAbout(Scenario scenario, Scenario.Pair pair, Architecture architecture) {
        return CatalogueRun.designs(scenario).contains(KernelDesign.LINUX_6_6)
                && pair.architecture().equals(architecture.name());
    }

    /**
     * One scenario on one machine.
     *
     * @param calls of the secondary-TLB hook
     */
    private record Run(CellResult result, long calls) {
        static Run of(Scenario scenario, KernelDesign design, Architecture architecture, String device) {
            CellRun run = new CellRun(scenario, architecture, CatalogueRun.version(scenario, design), design, device,
                    new DeviceModels(), EventConsumer.NONE);
            CellResult result = run.play();
            return new Run(result, run.machine().events().counts().calls(Phase.ARCH_INVALIDATE_SECONDARY_TLBS));
        }

        boolean isWorseThan(Run whole) {
            return !result.wrong().isEmpty() || !Objects.equals(result.claim(), whole.result.claim());
        }
    }
}
