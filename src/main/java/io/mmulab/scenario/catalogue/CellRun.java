package io.mmulab.scenario.catalogue;

import java.util.function.Consumer;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.scenario.ScenarioPlayer.Surroundings;
import io.mmulab.scenario.expect.CasePlayer;
import io.mmulab.scenario.expect.CaseReport;
import io.mmulab.scenario.expect.EventRecorder;
import io.mmulab.scenario.expect.Setting;

/** One scenario on one machine. */
public final class CellRun {
    /** Memory of the machines: 256 MiB of 4 KiB pages. */
    private static final int MEMORY_PAGES = 1 << 16;

    private final Scenario scenario;
    private final String device;
    private final EventRecorder recorder;
    private final Machine machine;
    private final CasePlayer player;

    /**
     * A machine that nothing was done with.
     *
     * @param device model and options; empty if the scenario is not about one
     * @param events where the machine's events go
     */
    public CellRun(Scenario scenario, Architecture architecture, KernelVersion version, KernelDesign design,
            String device, DeviceFactory devices, EventConsumer events) {
        this.scenario = scenario;
        this.device = device;
        recorder = new EventRecorder(events);
        machine = new Machine(new MachineSpec(architecture, version, design, scenario.cpus(), MEMORY_PAGES), devices,
                recorder);
        player = new CasePlayer(machine, Setting.of(machine.spec(), device), recorder, Surroundings.EMPTY);
    }

    /** Who sees each operation before the machine; an {@link IllegalArgumentException} ends the scenario there. */
    public void guardWith(Consumer<Operation> check) {
        player.guardWith(check);
    }

    /** Plays it. */
    public CellResult play() {
        CaseReport report = player.play(scenario.script(), scenario.claim());
        machine.events().flush();
        return CellResult.of(machine, device, report);
    }

    /** The machine. */
    public Machine machine() {
        return machine;
    }

    /** The scenario. */
    public Scenario scenario() {
        return scenario;
    }

    /** Model and options of the device; empty if there is none. */
    public String device() {
        return device;
    }

    /** Name of a device of the machine by its id. */
    public String deviceName(int id) {
        return recorder.deviceName(id);
    }
}
