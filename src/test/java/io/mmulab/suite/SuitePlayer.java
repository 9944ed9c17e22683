package io.mmulab.suite;

import java.util.List;

import io.mmulab.conformance.KernelMachines;
import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.coherence.Finding;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.scenario.ScenarioPlayer.Surroundings;
import io.mmulab.scenario.expect.CasePlayer;
import io.mmulab.scenario.expect.EventRecorder;
import io.mmulab.scenario.expect.ScriptCase;
import io.mmulab.scenario.expect.Setting;

/** Plays a case on a kernel, as {@code arm64-6.1}, and audits the machine after each line. */
final class SuitePlayer {
    private SuitePlayer() {}

    /** Whether anything of a case is about a kernel. */
    static boolean isAbout(ScriptCase suiteCase, String kernel) {
        return suiteCase.isAbout(Setting.of(KernelMachines.of(kernel), ""));
    }

    /** What is wrong; empty if nothing is. */
    static List<String> play(ScriptCase suiteCase, String kernel) {
        MachineSpec spec = KernelMachines.of(kernel);
        EventRecorder recorder = new EventRecorder(EventConsumer.NONE);
        Machine machine = new Machine(spec, new DeviceModels(), recorder);
        machine.watchRules();
        CasePlayer player = new CasePlayer(machine, Setting.of(spec, ""), recorder, Surroundings.DRIVER);
        player.auditWith(() -> machine.audit().stream().map(Finding::toString).toList());
        return player.play(suiteCase, null).wrong();
    }
}
