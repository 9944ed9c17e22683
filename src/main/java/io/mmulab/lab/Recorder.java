package io.mmulab.lab;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.AfterCommit;
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
    private final LabMeters meters;
    private final Catalogue catalogue;
    private final JsonMapper json = KernelJson.mapper();

    Recorder(EventStore events, Journal journal, MachineHistory machines, OperationLimits operationLimits,
            Limits limits, Clock clock, LabMeters meters, Catalogue catalogue) {
        this.events = events;
        this.journal = journal;
        this.machines = machines;
        this.operationLimits = operationLimits;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
        this.catalogue = catalogue;
    }

    /** Applies a list of operations. */
    List<Outcome> record(MachineRow row, LiveMachine live, List<Operation> operations) {
        OperationLimits.atMost("", row.operations() + operations.size(), limits.operationsPerMachine());
        return record(row, live, machine -> {
            for (int i = 0; i < operations.size(); i++) {
                try {
                    machine.apply(operations.get(i));
                } catch (RefusedException e) {
                    throw operations.size() == 1 ? e : e.within("[" + i + "]");
                }
            }
        });
    }

    /** Applies what {@code work} asks for, one operation after the other, and answers with all outcomes. */
    List<Outcome> record(MachineRow row, LiveMachine live, Work work) {
        if (!machines.lock(row.id(), row.operations())) {
            throw new MachineChangedException(row.id(), row.operations());
        }
        Instant now = clock.instant();
        List<Operation> done = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        long[] faultsBefore = LabMeters.faults(live.machine());
        live.listen(chunk -> events.append(row.number(), chunk, live::deviceName, now));
        try {
            work.run(asked -> {
                OperationLimits.atMost("", row.operations() + done.size() + 1, limits.operationsPerMachine());
                operationLimits.check(asked);
                Operation operation = withDefinition(asked);
                withinLimits(live.machine(), operation);
                Outcome outcome = live.apply(operation);
                done.add(operation);
                outcomes.add(outcome);
                return outcome;
            });
            live.machine().events().flush();
        } finally {
            live.listen(EventConsumer.NONE);
        }
        append(row, live.machine(), done, outcomes, now);
        long[] faults = LabMeters.faults(live.machine());
        AfterCommit.run(() -> meters.addFaults(live.machine().spec(), faultsBefore, faults));
        return outcomes;
    }

    private void append(MachineRow row, Machine machine, List<Operation> done, List<Outcome> outcomes, Instant now) {
        List<JournalRow> entries = new ArrayList<>(done.size());
        for (int i = 0; i < done.size(); i++) {
            boolean last = i == done.size() - 1;
            entries.add(entry(row.id(), done.get(i), outcomes.get(i), last ? machine.digest() : null, now));
        }
        journal.append(entries);
        if (!machines.advance(row.id(), row.operations(), machine.operations(), machine.events().lastSequence())) {
            throw new MachineChangedException(row.id(), row.operations());
        }
    }

    private Operation withDefinition(Operation operation) {
        return operation instanceof Operation.AttachDevice attach
                ? new Operation.AttachDevice(attach.name(), attach.model(), attach.mm(),
                        catalogue.deviceOptions(attach.model(), attach.options()))
                : operation;
    }

    /** What decides, outcome by outcome, which operations are applied. */
    @FunctionalInterface
    interface Work {
        void run(Applier machine);
    }

    /** A machine that writes down what is done to it. */
    @FunctionalInterface
    interface Applier {
        /** Applies one operation. */
        Outcome apply(Operation operation);
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
