package io.mmulab.scenario.expect;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.scenario.Region;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.ScriptProcess;

/** What expectations and claims are held against: what the lines did, and the machine as it stands. */
final class Evidence {
    /** Where a measure that names no step looks. */
    enum Scope {
        /** The line above an expectation. */
        LINE,
        /** The whole case. */
        CASE
    }

    private final Machine machine;
    private final ScenarioPlayer player;
    private final EventRecorder recorder;
    private final Map<String, Observation> steps = new HashMap<>();
    private final Observation whole = new Observation();
    private Observation line = new Observation();

    Evidence(Machine machine, ScenarioPlayer player, EventRecorder recorder) {
        this.machine = machine;
        this.player = player;
        this.recorder = recorder;
    }

    /** A line of a step was played. */
    void add(@Nullable String step, Observation observation) {
        line = observation;
        whole.add(observation);
        if (step != null) {
            steps.computeIfAbsent(step, name -> new Observation()).add(observation);
        }
    }

    Machine machine() {
        return machine;
    }

    long pageSize() {
        return machine.spec().architecture().pageSize();
    }

    Observation line() {
        return line;
    }

    /** What a step did, nothing if none of its lines is about this setting; without a name what the scope says. */
    Observation of(@Nullable String step, Scope scope) {
        if (step != null) {
            return steps.getOrDefault(step, new Observation());
        }
        return scope == Scope.LINE ? line : whole;
    }

    String deviceName(int id) {
        return recorder.deviceName(id);
    }

    /** The address space of a process by name. */
    AddressSpace mm(String process) {
        return machine.addressSpace(find(process).mm());
    }

    int mmId(String process) {
        return find(process).mm();
    }

    /** A place of a process by name. */
    Region region(String process, String name) {
        return find(process).regions().stream().filter(region -> region.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no region " + name + " in " + process));
    }

    private ScriptProcess find(String name) {
        return player.processes().reversed().stream().filter(found -> found.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no process " + name));
    }
}
