package io.mmulab.lab.catalogue;

import java.time.Instant;
import java.util.List;

import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventStore;
import io.mmulab.history.MachineHistory;
import io.mmulab.history.MachineKind;
import io.mmulab.history.MachineNumbers;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.lab.MachineIds;
import io.mmulab.lab.OperationLimits;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.json.KernelJson;
import io.mmulab.scenario.catalogue.CatalogueRun;
import io.mmulab.scenario.catalogue.CellResult;
import io.mmulab.scenario.catalogue.CellRun;

/** The machines of runs: each is stored with its events, in one transaction, when it has played its scenario. */
@Component
class ScenarioCells {
    private static final int PAGE = 500;

    private final DeviceFactory devices;
    private final EventStore events;
    private final MachineHistory machines;
    private final OperationLimits limits;
    private final JsonMapper json = KernelJson.mapper();
    private final MachineIds ids;
    private long next;
    private int left;

    ScenarioCells(DeviceFactory devices, EventStore events, MachineHistory machines, OperationLimits limits,
            MachineIds ids) {
        this.devices = devices;
        this.events = events;
        this.machines = machines;
        this.limits = limits;
        this.ids = ids;
    }

    /** Plays a scenario on one machine, and keeps the machine under this id, in the caller's transaction. */
    CellResult play(String machine, ScenarioMatrix.Cell cell) {
        return new Kept(machine, cell).play();
    }

    /** The number of the next machine, out of a block that nobody else uses. */
    private synchronized long number() {
        if (left == 0) {
            next = ids.block();
            left = MachineNumbers.BLOCK;
        }
        left--;
        return next++;
    }

    /** Deletes the machines of a run. */
    void delete(String run) {
        String prefix = run + "-";
        List<MachineRow> found;
        do {
            found = machines.list(MachineKind.SCENARIO_CELL, prefix, PAGE).stream()
                    .filter(row -> row.id().startsWith(prefix)).toList();
            found.forEach(row -> machines.delete(row.id()));
        } while (found.size() == PAGE);
    }

    /** A machine on its way into the store. */
    private final class Kept implements EventConsumer {
        private final String id;
        private final long number = number();
        private final CellRun run;
        private long operations;

        Kept(String id, ScenarioMatrix.Cell cell) {
            this.id = id;
            run = new CellRun(cell.scenario(), cell.architecture(),
                    CatalogueRun.version(cell.scenario(), cell.design()), cell.design(), cell.device(), devices, this);
            run.guardWith(this::check);
        }

        CellResult play() {
            MachineSpec spec = run.machine().spec();
            machines.add(new MachineRow(id, number, run.scenario().id(), MachineKind.SCENARIO_CELL, null,
                    spec.architecture().name(), spec.version().name(), spec.design().name(), run.device(),
                    json.writeValueAsString(spec), Instant.now(), 0, 0));
            CellResult result = run.play();
            machines.advance(id, 0, run.machine().operations(), run.machine().events().lastSequence());
            return result;
        }

        @Override
        public void accept(EventColumns rows) {
            events.append(number, rows, run::deviceName, Instant.now());
        }

        /** A limit ends the scenario there, and its cell says so. */
        private void check(Operation operation) {
            try {
                limits.checkNumber(++operations);
                limits.check(List.of(operation));
            } catch (RefusedException e) {
                throw new IllegalArgumentException(e.field() + " " + e.getMessage(), e);
            }
        }
    }
}
