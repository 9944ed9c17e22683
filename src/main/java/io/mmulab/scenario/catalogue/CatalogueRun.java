package io.mmulab.scenario.catalogue;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.secondary.DeviceFactory;

/** Scenarios on designs, with names looked up among the presets and nothing kept but the results. */
public final class CatalogueRun {
    private final DeviceFactory devices;

    /** With devices of this factory. */
    public CatalogueRun(DeviceFactory devices) {
        this.devices = devices;
    }

    /** The designs that a scenario is about. */
    public static List<KernelDesign> designs(Scenario scenario) {
        return KernelDesign.PRESETS.stream()
                .filter(design -> scenario.designs().isEmpty() || scenario.designs().contains(design.name())).toList();
    }

    /** Plays a scenario on all its machines under a design. */
    public DesignResult play(Scenario scenario, KernelDesign design) {
        List<CellResult> cells = new ArrayList<>();
        for (Scenario.Pair pair : scenario.matrix()) {
            cells.add(play(scenario, design, architecture(pair.architecture()), pair.device()));
        }
        return DesignResult.of(scenario, design.name(), cells);
    }

    /** Plays a scenario on one machine. */
    public CellResult play(Scenario scenario, KernelDesign design, Architecture architecture, String device) {
        return new CellRun(scenario, architecture, version(scenario, design), design, device, devices,
                EventConsumer.NONE).play();
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Architecture architecture(String name) {
        return Architecture.PRESETS.stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no architecture " + name));
    }

    /** The version that a scenario's machines run under a design. */
    public static KernelVersion version(Scenario scenario, KernelDesign design) {
        String name = scenario.version() == null ? design.kernelVersion() : scenario.version();
        return KernelVersion.PRESETS.stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no kernel version " + name));
    }
}
