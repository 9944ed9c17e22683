package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.NoSuchObjectException;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.ScenarioPlayer.Surroundings;
import io.mmulab.scenario.ScriptLine;
import io.mmulab.scenario.expect.Evidence.Scope;
import io.mmulab.scenario.expect.ScriptCase.Line;

/** Plays a case on a machine and collects what is not as it should be. */
public final class CasePlayer {
    private final Machine machine;
    private final Setting setting;
    private final EventRecorder recorder;
    private final Operations operations;
    private final ScenarioPlayer player;
    private final Evidence evidence;
    private final List<String> wrong = new ArrayList<>();
    private Supplier<List<String>> audit = List::of;
    private Consumer<Operation> guard = operation -> {
    };
    private Observation observation = new Observation();
    private String operation = "";
    private @Nullable Played played;
    private boolean outcomeExpected;

    /**
     * On a machine that nothing was done with.
     *
     * @param recorder the consumer of the machine's events
     * @param surroundings what the processes have beside the script's mappings
     */
    public CasePlayer(Machine machine, Setting setting, EventRecorder recorder, Surroundings surroundings) {
        this.machine = machine;
        this.setting = setting;
        this.recorder = recorder;
        operations = new Operations(machine);
        player = new ScenarioPlayer(machine.spec(), surroundings, this::apply);
        evidence = new Evidence(machine, player, recorder);
        recorder.take(machine);
    }

    /** What is asked after each line; each answer is something wrong. */
    public void auditWith(Supplier<List<String>> findings) {
        audit = findings;
    }

    /** Who sees each operation before the machine; an {@link IllegalArgumentException} ends the case. */
    public void guardWith(Consumer<Operation> check) {
        guard = check;
    }

    /**
     * Plays all lines that are about the setting.
     *
     * @param claim what the case is to decide; null if nothing
     */
    public CaseReport play(ScriptCase script, @Nullable Expression claim) {
        try {
            for (Line line : script.lines()) {
                if (line.isAbout(setting)) {
                    play(line);
                }
            }
            mustHaveSucceeded();
            return claim == null ? new CaseReport(wrong, null, "")
                    : new CaseReport(wrong, claim.holds(evidence, Scope.CASE), claim.values(evidence, Scope.CASE));
        } catch (NoSuchObjectException | IllegalArgumentException e) {
            wrong.add(operation + ": " + e.getMessage());
            return new CaseReport(wrong, null, "");
        }
    }

    private void play(Line line) {
        ScriptLine what = line.operation();
        Expectation expected = line.expectation();
        if (what != null) {
            operation(line, what);
        } else if (expected != null) {
            expect(line, expected);
        }
    }

    private Outcome apply(Operation what) {
        guard.accept(what);
        Outcome outcome = operations.apply(what);
        observation.outcome(outcome);
        return outcome;
    }

    private void operation(Line line, ScriptLine script) {
        mustHaveSucceeded();
        operation = line.number() + ": " + script.text();
        observation = new Observation();
        Map<String, Long> before = counters();
        Played now = player.play(onDevice(script));
        played = now;
        observation.played(now);
        observation.seen(recorder.take(machine));
        counters().forEach((name, count) -> observation.counted(name, count - before.getOrDefault(name, 0L)));
        evidence.add(line.step(), observation);
        outcomeExpected = now.notSimulated() != null;
        if (now.notSimulated() != null) {
            wrong.add(operation + ": not simulated: " + now.notSimulated());
        }
        if (now.note().equals(ScenarioPlayer.DIED)) {
            wrong.add(operation + ": " + now.note());
        }
        audit.get().forEach(finding -> wrong.add(operation + ": " + finding));
    }

    /** The script's word for the device of the setting becomes its model and options. */
    private ScriptLine onDevice(ScriptLine script) {
        if (!script.words().contains(Setting.DEVICE_WORD)) {
            return script;
        }
        List<String> device = List.of(setting.device().split("[:,]"));
        return new ScriptLine(script.number(), script.process(), script.words().stream()
                .flatMap(word -> word.equals(Setting.DEVICE_WORD) ? device.stream() : Stream.of(word)).toList());
    }

    private Map<String, Long> counters() {
        Map<String, Long> all = new HashMap<>();
        for (SecondaryMmu device : machine.devices()) {
            device.counters().forEach((name, count) -> all.put(device.name() + " " + name, count));
        }
        return all;
    }

    /** A line is expected to succeed where nothing else is said. */
    private void mustHaveSucceeded() {
        if (played != null && !outcomeExpected && (played.error() != null || played.signal() != null)) {
            wrong.add(operation + ": " + (played.error() != null ? played.error() : played.signal())
                    + (played.note().isEmpty() ? "" : " (" + played.note() + ")"));
        }
        outcomeExpected = true;
    }

    private void expect(Line line, Expectation expectation) {
        Played now = played;
        if (now == null) {
            throw new IllegalArgumentException("line " + line.number() + " expects something of nothing");
        }
        outcomeExpected |= expectation.isAboutFailure();
        String reason = expectation.broken(evidence, now);
        if (reason != null) {
            wrong.add("%s%n    %d: %s: %s".formatted(operation, line.number(), expectation.text(), reason));
        }
    }
}
