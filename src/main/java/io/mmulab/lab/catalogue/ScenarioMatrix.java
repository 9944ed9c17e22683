package io.mmulab.lab.catalogue;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.Scenario;

/**
 * The machines of a run, with names looked up and bounds checked.
 *
 * @param designs the columns
 * @param parts what each scenario is played on
 */
record ScenarioMatrix(List<KernelDesign> designs, List<Part> parts) {
    /** Most machines of one run. */
    static final int MOST_CELLS = 5_000;

    /** A scenario on one machine. */
    record Cell(Scenario scenario, KernelDesign design, Architecture architecture, String device) {}

    /** A scenario with its machines by design. */
    record Part(Scenario scenario, List<List<Cell>> byDesign) {}

    /** @throws RefusedException naming the field and what there is */
    static ScenarioMatrix of(List<Scenario> scenarios, ScenarioRequest request, Catalogue catalogue) {
        List<KernelDesign> designs = isGiven(request.designs())
                ? orElse(request.designs(), List.of()).stream().map(name -> catalogue.design("designs", name)).toList()
                : KernelDesign.PRESETS;
        List<Architecture> architectures =
                isGiven(request.architectures())
                        ? orElse(request.architectures(), List.of()).stream()
                                .map(name -> catalogue.architecture("architectures", name)).toList()
                        : Architecture.PRESETS;
        List<Part> parts = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            if (scenario.kind() == Scenario.Kind.SCENARIO) {
                List<Scenario.Pair> pairs = pairs(scenario, request);
                parts.add(new Part(scenario, (isGiven(request.designs()) ? designs : CatalogueRun.designs(scenario))
                        .stream().map(design -> cells(scenario, design, pairs, architectures)).toList()));
            }
        }
        ScenarioMatrix matrix = new ScenarioMatrix(designs, parts);
        if (matrix.cells() > MOST_CELLS) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, "architectures",
                    matrix.cells() + " machines are more than " + MOST_CELLS);
        }
        return matrix;
    }

    private static List<Cell> cells(Scenario scenario, KernelDesign design, List<Scenario.Pair> pairs,
            List<Architecture> architectures) {
        return pairs.stream().map(pair -> new Cell(scenario, design, architectures.stream()
                .filter(each -> each.name().equals(pair.architecture())).findFirst()
                .orElseThrow(() -> new RefusedException(Reason.NO_SUCH_OBJECT, "architectures",
                        "scenario " + scenario.id() + " is about " + pair.architecture() + ", which there is not")),
                pair.device())).toList();
    }

    /** Those of the scenario, or each given architecture with each given device. */
    private static List<Scenario.Pair> pairs(Scenario scenario, ScenarioRequest request) {
        if (!isGiven(request.architectures()) && !isGiven(request.devices())) {
            return scenario.matrix();
        }
        List<Scenario.Pair> pairs = new ArrayList<>();
        for (String architecture : orElse(request.architectures(), scenario.architectures())) {
            boolean usesNone = scenario.devices().isEmpty();
            List<String> devices = usesNone ? List.of(Scenario.NO_DEVICE) : orElse(request.devices(),
                    scenario.devices());
            devices.forEach(device -> pairs.add(new Scenario.Pair(architecture, device)));
        }
        return pairs;
    }

    private static boolean isGiven(@Nullable List<String> names) {
        return names != null && !names.isEmpty();
    }

    private static List<String> orElse(@Nullable List<String> given, List<String> byDefault) {
        return given == null || given.isEmpty() ? byDefault : given.stream().distinct().toList();
    }

    int cells() {
        return parts.stream().flatMap(part -> part.byDesign().stream()).mapToInt(List::size).sum();
    }
}
