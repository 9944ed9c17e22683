package io.mmulab.lab;

import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.Script;
import io.mmulab.scenario.ScriptLine;

/** Plays a script on a machine that users drive: a line that can't be done ends it, and the refusal names the line. */
final class ScriptRun {
    private final Recorder.Applier recorder;
    private final ScenarioPlayer player;
    private final int limit;
    private int applied;

    ScriptRun(Machine machine, Recorder.Applier recorder, int limit) {
        this.recorder = recorder;
        this.limit = limit;
        int first = machine.addressSpaces().stream().filter(AddressSpace::isAlive).mapToInt(AddressSpace::id)
                .findFirst().orElseThrow(() -> new RefusedException(Reason.NO_SUCH_OBJECT, "",
                        "the machine has no address space that is alive; spawn one first"));
        player = new ScenarioPlayer(machine.spec(), first, machine.operations(), this::apply);
    }

    void play(Script script) {
        for (ScriptLine line : script.lines()) {
            Played played;
            try {
                played = player.play(line);
            } catch (RefusedException e) {
                throw e.within("line " + line.number());
            }
            if (played.notSimulated() != null) {
                throw new RefusedException(Reason.NOT_SIMULATED, "line " + line.number(), played.notSimulated());
            }
        }
    }

    private Outcome apply(Operation operation) {
        OperationLimits.atMost("", ++applied, limit);
        return recorder.apply(operation);
    }
}
