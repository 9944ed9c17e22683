package io.mmulab.lab;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventStore;
import io.mmulab.history.Journal;
import io.mmulab.history.JournalRow;
import io.mmulab.history.MachineHistory;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.lab.json.KernelJson;

/** Applies operations to a machine in memory and writes down what they did, in the caller's transaction. */
@Component
class Recorder {
    private final EventStore events;
    private final Journal journal;
    private final MachineHistory machines;
    private final OperationLimits operationLimits;
    private final Limits limits;
    private final Clock clock;
    private final JsonMapper json = KernelJson.mapper();

    Recorder(EventStore events, Journal journal, MachineHistory machines, OperationLimits operationLimits,
            Limits limits, Clock clock) {
        this.events = events;
        this.journal = journal;
        this.machines = machines;
        this.operationLimits = operationLimits;
        this.limits = limits;
        this.clock = clock;
    }

    List<Outcome> record(MachineRow row, LiveMachine live, List<Operation> operations) {
        OperationLimits.atMost("", row.operations() + operations.size(), limits.operationsPerMachine());
        Instant now = clock.instant();
        List<Outcome> outcomes = new ArrayList<>(operations.size());
        List<JournalRow> entries = new ArrayList<>(operations.size());
        live.listen(chunk -> events.append(row.id(), chunk, live::deviceName, now));
        try {
            for (int i = 0; i < operations.size(); i++) {
                Outcome outcome = apply(live, operations, i);
                outcomes.add(outcome);
                boolean last = i == operations.size() - 1;
                entries.add(entry(row.id(), operations.get(i), outcome, last ? live.machine().digest() : null, now));
            }
            live.machine().events().flush();
        } finally {
            live.listen(EventConsumer.NONE);
        }
        journal.append(entries);
        var machine = live.machine();
        if (!machines.advance(row.id(), row.operations(), machine.operations(), machine.events().lastSequence())) {
            throw new MachineChangedException(row.id());
        }
        return outcomes;
    }

    private Outcome apply(LiveMachine live, List<Operation> operations, int index) {
        try {
            operationLimits.check(operations.get(index));
            withinLimits(live.machine(), operations.get(index));
            return live.apply(operations.get(index));
        } catch (RefusedException e) {
            throw operations.size() == 1 ? e : e.within("[" + index + "]");
        }
    }

    private void withinLimits(Machine machine, Operation operation) {
        switch (operation) {
            case Operation.Spawn _,Operation.Fork _,Operation.Exec _ -> OperationLimits.atMost("",
                    machine.addressSpaces().size() + 1L, limits.addressSpaces());
            case Operation.AttachDevice _ -> OperationLimits.atMost("", machine.devices().size() + 1L,
                    limits.devices());
            default -> {}
        }
    }

    private JournalRow entry(String machine, Operation operation, Outcome outcome,
            @Nullable Long digest, Instant now) {
        return new JournalRow(machine, outcome.operation(), KernelJson.nameOf(operation.getClass()),
                json.writerFor(Operation.class).writeValueAsString(operation), json.writeValueAsString(outcome),
                outcome.faultCount(), outcome.nanoseconds(), digest, now);
    }
}
