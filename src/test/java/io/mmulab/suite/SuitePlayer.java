package io.mmulab.suite;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.conformance.KernelMachines;
import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.ScenarioPlayer.Surroundings;
import io.mmulab.scenario.Script;

/** Plays a case on a kernel and collects what is not as it should be. */
final class SuitePlayer {
    private final Machine machine;
    private final ScenarioPlayer player;
    private final List<String> wrong = new ArrayList<>();
    private String operation = "";
    private @Nullable Played played;
    private boolean outcomeExpected;

    private SuitePlayer(String kernel) {
        MachineSpec spec = KernelMachines.of(kernel);
        machine = new Machine(spec, new DeviceModels(), EventConsumer.NONE);
        machine.watchRules();
        player = new ScenarioPlayer(spec, Surroundings.DRIVER, new Operations(machine)::apply);
    }

    /** What is wrong; empty if nothing is. */
    static List<String> play(SuiteCase suiteCase, String kernel) {
        SuitePlayer player = new SuitePlayer(kernel);
        for (SuiteCase.Line line : suiteCase.lines()) {
            if (line.isAbout(kernel)) {
                if (line.isExpectation()) {
                    player.expect(line);
                } else {
                    player.operation(line);
                }
            }
        }
        player.mustHaveSucceeded();
        return player.wrong;
    }

    private void operation(SuiteCase.Line line) {
        mustHaveSucceeded();
        operation = line.number() + ": " + String.join(" ", line.words());
        Played now = player.play(Script.parse(String.join(" ", line.words())).lines().getFirst());
        played = now;
        outcomeExpected = now.notSimulated() != null;
        if (now.notSimulated() != null) {
            wrong.add(operation + ": not simulated: " + now.notSimulated());
        }
        machine.audit().forEach(finding -> wrong.add(operation + ": " + finding));
    }

    /** A line is expected to succeed where nothing else is said. */
    private void mustHaveSucceeded() {
        if (played != null && !outcomeExpected && (played.error() != null || played.signal() != null)) {
            wrong.add(operation + ": " + (played.error() != null ? played.error() : played.signal()));
        }
        outcomeExpected = true;
    }

    private void expect(SuiteCase.Line line) {
        Played now = played;
        if (now == null) {
            throw new IllegalArgumentException("line " + line.number() + " expects something of nothing");
        }
        Expectation expectation = new Expectation(machine, player, now, line.words());
        outcomeExpected |= expectation.isAboutFailure();
        String reason = expectation.broken();
        if (reason != null) {
            wrong.add("%s%n    %d: %s: %s".formatted(operation, line.number(), String.join(" ", line.words()), reason));
        }
    }
}
