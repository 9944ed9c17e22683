package io.mmulab.lab.comparison;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.lab.OperationLimits;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.Script;
import io.mmulab.scenario.ScriptLine;
import io.mmulab.trace.TraceBatch;
import io.mmulab.trace.replay.TraceReplay;

/** One machine of a running comparison. */
final class ComparisonCell {
    private static final String NO_SUCH_HARDWARE =
            "There is no such hardware beside this CPU. The cell shows what a device with these rules meets on an "
                    + "architecture with others: the secondary-TLB hook follows the CPU's flushes, and where the CPU does not "
                    + "flush on an upgrade it stays silent, whatever the device keeps.";

    private final String id;
    private final long number;
    private final String device;
    private final String model;
    private final Machine machine;
    private final @Nullable TraceReplay replay;

    ComparisonCell(String id, long number, Architecture architecture, KernelDesign design,
            ComparisonMatrix.Device device,
            ComparisonMatrix matrix, boolean trace, DeviceFactory factory, EventConsumer events) {
        this.id = id;
        this.number = number;
        this.device = device.label();
        this.model = device.choice().model();
        KernelVersion version = KernelVersion.PRESETS.stream()
                .filter(candidate -> candidate.name().equals(design.kernelVersion())).findFirst().orElseThrow();
        machine = new Machine(new MachineSpec(architecture, version, design, 1, MachineSpec.DEFAULT_MEMORY_PAGES),
                factory, events);
        replay = trace ? new TraceReplay(machine, device.choice(), matrix.workload(), matrix.seed()) : null;
        if (!trace) {
            machine.beginOperation();
            machine.attach(TraceReplay.DEVICE, device.choice().model(), machine.spawn(0), device.choice().options());
            machine.endOperation();
        }
    }

    String id() {
        return id;
    }

    /** The number of its machine. */
    long number() {
        return number;
    }

    String device() {
        return device;
    }

    Machine machine() {
        return machine;
    }

    void play(TraceBatch batch) {
        if (replay != null) {
            replay.play(batch);
        }
    }

    void run(List<Operation> scenario) {
        Operations operations = new Operations(machine);
        scenario.forEach(operations::apply);
    }

    void run(Script script, OperationLimits limits) {
        Operations operations = new Operations(machine);
        ScenarioPlayer player = new ScenarioPlayer(machine.spec(), 1, machine.operations(), operation -> {
            limits.checkNumber(machine.operations() + 1);
            limits.check(List.of(operation));
            return operations.apply(operation);
        });
        for (ScriptLine line : script.lines()) {
            Played played = player.play(line);
            if (played.notSimulated() != null) {
                throw new IllegalArgumentException(
                        "line " + line.number() + ": not simulated: " + played.notSimulated());
            }
        }
    }

    ComparisonTable.Cell finish() {
        machine.events().flush();
        boolean unreal = !DeviceModels.sitsBeside(model, machine.spec().architecture().name());
        return ComparisonTable.Cell.of(id, device, machine, replay == null ? null : replay.report(),
                unreal ? NO_SUCH_HARDWARE : null);
    }
}
