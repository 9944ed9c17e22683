package io.mmulab.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.mmulab.device.DeviceModels;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.hugetlb.Hstate;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operations;
import io.mmulab.kernel.machine.Outcome.Signal;
import io.mmulab.kernel.proc.PteLetters;
import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScenarioPlayer;
import io.mmulab.scenario.ScenarioPlayer.Surroundings;
import io.mmulab.scenario.Script;
import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.ScriptProcess;

/** Plays a recording's script on a machine of the recorded kernel and compares each operation. */
public final class Conformance {
    /** Most differences that are listed of one recording; all are counted. */
    public static final int MAX_LISTED = 1_000;

    private final String name;
    private final Recording recording;
    private final Places places;
    private final Machine machine;
    private final TracedCalls trace = new TracedCalls();
    private final Map<Integer, String> names = new HashMap<>();
    private final ScenarioPlayer player;
    private final ActualStates states;
    private final Comparer comparer;
    private final PteLetters letters;
    private final AfterEach afterEach;
    private final List<Difference> differences = new ArrayList<>();
    private int operations;
    private int compared;
    private int equal;
    private long found;

    /** Looks at the machine after each operation. */
    @FunctionalInterface
    interface AfterEach {
        /** One operation has been played. */
        void look(RecordedOperation operation, Machine machine);
    }

    private Conformance(String name, Recording recording, Budget budget, AfterEach afterEach) {
        this.name = name.isEmpty() ? recording.scenario() : name;
        this.recording = recording;
        this.afterEach = afterEach;
        this.places = recording.places();
        MachineSpec spec = recording.spec();
        machine = new Machine(spec, new DeviceModels(), EventConsumer.NONE);
        Operations applied = new Operations(machine);
        player = new ScenarioPlayer(spec, Surroundings.DRIVER, operation -> {
            budget.spend();
            return applied.apply(operation);
        });
        machine.tracer().listen(trace);
        states = new ActualStates(machine, places);
        comparer = new Comparer(places);
        letters = new PteLetters(spec.architecture());
    }

    /**
     * Compares a recording.
     *
     * @param name what to call it; its scenario's name if empty
     * @throws RecordingException if it is not in the form of a recording, or its kernel is not known
     * @throws BudgetExceededException if it takes more than the budget has
     */
    public static ConformanceResult run(String name, Recording recording, Budget budget) throws IOException {
        return run(name, recording, budget, (operation, machine) -> {});
    }

    /** As above, for tests that look at more than the recording shows. */
    static ConformanceResult run(String name, Recording recording, Budget budget, AfterEach afterEach)
            throws IOException {
        return new Conformance(name, recording, budget, afterEach).run();
    }

    private ConformanceResult run() throws IOException {
        RecordedOperation operation = recording.nextOperation();
        while (operation != null) {
            compare(operation);
            afterEach.look(operation, machine);
            operation = recording.nextOperation();
        }
        return new ConformanceResult(name, recording.kernel(), operations, compared, equal, found,
                List.copyOf(differences));
    }

    private void compare(RecordedOperation operation) {
        operations++;
        List<Comparer.Finding> findings = new ArrayList<>();
        Played played = play(operation, findings);
        findings.addAll(comparer.compare(operation.result(), actual(operation, played)));
        if (findings.isEmpty()) {
            equal++;
        }
        found += findings.size();
        for (Comparer.Finding finding : findings) {
            if (differences.size() < MAX_LISTED) {
                differences.add(finding.of(name, operation.index(), operation.text()));
            }
        }
    }

    private Played play(RecordedOperation operation, List<Comparer.Finding> findings) {
        trace.clear();
        nameProcesses();
        Played played;
        try {
            player.setRecordedPlace(operation.mappedAt());
            played = player.play(Script.operation(operations, operation.process(), operation.text()));
        } catch (ScriptException e) {
            throw new RecordingException(recording.line(), "op: " + e.problem());
        } catch (BudgetExceededException e) {
            throw e;
        } catch (RuntimeException e) {
            // a broken invariant of the machine is a difference like another: the rest of the recording goes on
            played = Played.notSimulated(e.toString());
        }
        nameProcesses();
        if (trace.lost() > 0) {
            findings.add(new Comparer.Finding("operation", "", operation.text(),
                    trace.lost() + " calls beyond the first " + TracedCalls.MAX_CALLS + " are not compared",
                    Rule.OPERATION));
        }
        if (played.notSimulated() != null) {
            findings.add(new Comparer.Finding("operation", "", operation.text(),
                    "not simulated: " + played.notSimulated(), Rule.OPERATION));
        } else {
            compared++;
        }
        return played;
    }

    private void nameProcesses() {
        for (ScriptProcess process : player.processes()) {
            names.putIfAbsent(process.mm(), process.name());
        }
    }

    private OperationResult actual(RecordedOperation operation, Played played) {
        Map<String, ProcessState> now = new LinkedHashMap<>();
        for (ScriptProcess process : player.processes()) {
            now.put(process.name(), states.of(process));
        }
        return new OperationResult(fields(played),
                ActualEvents.of(Unprobed.without(calls(played), recording.kernel(), operation.endedByWorker()), places,
                        letters,
                        mm -> names.getOrDefault(mm, "mm" + mm)),
                now);
    }

    /** A fork that fails tears down an address space that no process ever had: a recording leaves its calls out. */
    private List<TracedCalls.TracedCall> calls(Played played) {
        return played.error() == null ? trace.calls()
                : trace.calls().stream().filter(call -> call.mm() <= 0 || names.containsKey(call.mm())).toList();
    }

    private Map<String, String> fields(Played played) {
        Map<String, String> fields = new LinkedHashMap<>();
        long result = played.result();
        fields.put("ret", result > 1L << 32 ? places.address(result) : Long.toString(result));
        if (played.error() != null) {
            fields.put("errno", played.error());
        }
        Signal signal = played.signal();
        if (signal != null) {
            fields.put("signal", signal.name() + " " + signal.code().substring(signal.code().indexOf('_') + 1) + " at "
                    + places.address(signal.address()));
        }
        if (played.value() != null) {
            fields.put("val", Integer.toString(played.value()));
        }
        if (played.uffdFaults() > 0) {
            fields.put("uffd", Integer.toString(played.uffdFaults()));
        }
        if (played.note().startsWith("kvm-exit=") || played.note().startsWith("status=")) {
            fields.put("note", played.note());
        }
        Hstate pool = machine.hugetlb().pools().defaultPool();
        fields.put("hugepages.total", Long.toString(pool.total()));
        fields.put("hugepages.free", Long.toString(pool.free()));
        fields.put("hugepages.rsvd", Long.toString(pool.reserved()));
        fields.put("hugepages.surp", Long.toString(pool.surplus()));
        return fields;
    }
}
