package io.mmulab.catalogue;

import java.io.PrintStream;
import java.util.List;
import java.util.regex.Pattern;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.scenario.catalogue.Catalogue;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.CellResult;
import io.mmulab.scenario.catalogue.DesignResult;
import io.mmulab.scenario.catalogue.Scenario;

/** Prints the verdicts, and what is not as the files say: {@code [-v] [ID-REGEX]}; -v prints every machine. */
final class CatalogueReport {
    private static final PrintStream OUT = System.out;

    private CatalogueReport() {}

    public static void main(String[] arguments) {
        boolean verbose = List.of(arguments).contains("-v");
        Pattern id = Pattern.compile(arguments.length == 0 || arguments[arguments.length - 1].equals("-v") ? ".*"
                : arguments[arguments.length - 1]);
        CatalogueRun run = new CatalogueRun(new DeviceModels());
        int bad = 0;
        for (Scenario scenario : Catalogue.load().all()) {
            if (scenario.kind() == Scenario.Kind.RECORD || !id.matcher(scenario.id()).matches()) {
                continue;
            }
            for (KernelDesign design : CatalogueRun.designs(scenario)) {
                DesignResult result = run.play(scenario, design);
                bad += result.isAsExpected() ? 0 : 1;
                print(scenario, result, verbose);
            }
        }
        OUT.println(bad + " not as the files say");
    }

    private static void print(Scenario scenario, DesignResult result, boolean verbose) {
        if (!verbose && result.isAsExpected()) {
            return;
        }
        OUT.printf("%s %-8s %-24s %-9s (expected %s)  %s%n", result.isAsExpected() ? "   " : "***", scenario.id(),
                result.design(), result.verdict().label(),
                result.expected() == null ? "nothing" : result.expected().label(), result.happened());
        for (CellResult cell : result.cells()) {
            OUT.printf("        %-14s %-28s %s  %s: %s%n", cell.architecture(), cell.device(), cell.claim(),
                    cell.happened(), cell.values());
            cell.wrong().forEach(wrong -> OUT.println("            " + wrong));
        }
    }
}
