package io.mmulab.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.scenario.catalogue.Catalogue;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.DesignResult;
import io.mmulab.scenario.catalogue.Scenario;

/** Writes {@code docs/the-argument.md}: the table of verdicts, and each scenario in words. */
final class ArgumentPage {
    private static final String HEAD = """
            # The argument

            What the kernel, KVM, IOMMU and architecture engineers said to each other in May to July 2023, each statement played on simulated
            machines under each kernel design. **true**: it holds on every machine of the scenario under this design; **refuted**: on none;
            **depends**: on some, by architecture or device. Behind it is what became of the devices: ok, stuck, or the rules that were broken.

            This page is written by a test (`-Dmmulab.argument.update=true` on `ArgumentPageTest`), and fails it when the program says something
            else. `POST /api/v1/scenarios/runs` gives the same table, with the machine and the events behind each cell; how a scenario is
            written stands in [scenarios.md](scenarios.md).

            """;

    private final StringBuilder page = new StringBuilder(HEAD);
    private final CatalogueRun run = new CatalogueRun(new DeviceModels());
    private final Catalogue catalogue;

    private ArgumentPage(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    static String of(Catalogue catalogue) {
        return new ArgumentPage(catalogue).write();
    }

    private String write() {
        table();
        page.append("\n## The scenarios\n");
        catalogue.all().forEach(this::scenario);
        return page.toString();
    }

    private void table() {
        page.append("| | statement |");
        KernelDesign.PRESETS.forEach(design -> page.append(' ').append(design.name()).append(" |"));
        page.append("\n|---|---|").append("---|".repeat(KernelDesign.PRESETS.size())).append('\n');
        for (Scenario scenario : catalogue.all()) {
            page.append("| [%s](#%s) | %s |".formatted(scenario.id(), anchor(scenario), scenario.title()));
            for (KernelDesign design : KernelDesign.PRESETS) {
                page.append(' ').append(cell(scenario, design)).append(" |");
            }
            page.append('\n');
        }
    }

    private String cell(Scenario scenario, KernelDesign design) {
        if (scenario.kind() == Scenario.Kind.RECORD || !CatalogueRun.designs(scenario).contains(design)) {
            return scenario.kind() == Scenario.Kind.RECORD ? "not run" : "-";
        }
        DesignResult result = run.play(scenario, design);
        return "**" + result.verdict().label() + "**; " + result.happened();
    }

    private static String anchor(Scenario scenario) {
        return scenario.id().toLowerCase(Locale.ROOT);
    }

    private void scenario(Scenario scenario) {
        page.append("\n### ").append(scenario.id()).append("\n\n**").append(scenario.title()).append(".**");
        if (!scenario.who().isEmpty()) {
            page.append(" (").append(scenario.who()).append(scenario.when().isEmpty() ? "" : ", ")
                    .append(scenario.when()).append(')');
        }
        page.append("\n\n").append(scenario.text().replace('\n', ' ')).append('\n');
        if (!scenario.answer().isEmpty()) {
            page.append("\nThe answer: ").append(scenario.answer().replace('\n', ' ')).append('\n');
        }
        if (scenario.claim() != null) {
            page.append("\n- decided by: `").append(scenario.claim()).append("`\n- on: ").append(machines(scenario))
                    .append('\n');
        }
        page.append(scenario.claim() == null ? "\n" : "").append("- source: ")
                .append(scenario.source().replace('\n', ' ')).append('\n');
    }

    private static String machines(Scenario scenario) {
        List<String> machines = new ArrayList<>();
        for (String architecture : scenario.architectures()) {
            String devices = scenario.matrix().stream().filter(pair -> pair.architecture().equals(architecture))
                    .map(Scenario.Pair::device).filter(device -> !device.isEmpty()).collect(Collectors.joining(", "));
            machines.add(devices.isEmpty() ? architecture : architecture + " with " + devices);
        }
        return String.join("; ", machines);
    }
}
