package io.mmulab.lab.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
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
    static ScenarioMatrix of(List<Scenario> scenarios, ScenarioRequest request) {
        List<KernelDesign> designs = pick("designs", request.designs(), KernelDesign.PRESETS, KernelDesign::name);
        List<Architecture> architectures =
                pick("architectures", request.architectures(), Architecture.PRESETS, Architecture::name);
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

    private static <T> List<T> pick(String field, @Nullable List<String> wanted, List<T> known,
            Function<T, String> nameOf) {
        List<String> names = known.stream().map(nameOf).toList();
        for (String name : orElse(wanted, names)) {
            if (!names.contains(name)) {
                throw new RefusedException(Reason.NO_SUCH_OBJECT, field,
                        "there is no \"" + name + "\"; there are " + String.join(", ", names));
            }
        }
        return orElse(wanted, names).stream().map(name -> known.get(names.indexOf(name))).toList();
    }

    int cells() {
        return parts.stream().flatMap(part -> part.byDesign().stream()).mapToInt(List::size).sum();
    }
}
