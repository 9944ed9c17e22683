package io.mmulab.lab;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.MachineHistory;
import io.mmulab.history.MachineKind;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.lab.LiveMachines.Slot;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.lab.json.KernelJson;
import io.mmulab.scenario.Script;

/**
 * The machines that requests drive. An answer is given after its operations and their events are committed; after anything
 * else, the machine in memory is dropped and rebuilt from its journal on next use: memory is a cache, the journal is the
 * truth.
 */
@Service
public class Machines {
    private final MachineHistory history;
    private final LiveMachines cache;
    private final Rebuilder rebuilder;
    private static final int ATTEMPTS = 5;

    private final Recorder recorder;
    private final Once once;
    private final DeviceFactory devices;
    private final Limits limits;
    private final MachineIds ids;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final JsonMapper json = KernelJson.mapper();

    Machines(MachineHistory history, LiveMachines cache, Rebuilder rebuilder, Recorder recorder, Once once,
            DeviceFactory devices, Limits limits, MachineIds ids, Clock clock, TransactionTemplate transaction) {
        this.history = history;
        this.cache = cache;
        this.rebuilder = rebuilder;
        this.recorder = recorder;
        this.once = once;
        this.devices = devices;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
        this.transaction = transaction;
    }

    /** Makes a machine with a process (address space 1) and its devices. */
    public MachineRow create(NewMachine request) {
        OperationLimits.atMost("cpus", request.spec().cpus(), limits.cpus());
        OperationLimits.atMost("memoryPages", request.spec().memoryPages(), limits.memoryPages());
        OperationLimits.atMost("devices", request.devices().size(), limits.devices());
        OperationLimits.atMost("", history.count(MachineKind.INTERACTIVE) + 1, limits.machines());
        List<Operation> first = new ArrayList<>();
        first.add(new Operation.Spawn(KernelJson.START_BRK));
        request.devices().forEach(device -> first
                .add(new Operation.AttachDevice(device.name(), device.model(), 1, device.options())));
        return made().orElseGet(() -> {
            try {
                return make(request, first);
            } catch (DuplicateKeyException e) {
                // The same request came twice at a time, and the other one was faster.
                return made().orElseThrow(() -> e);
            }
        });
    }

    /** What an earlier request with this one's key has made. */
    private Optional<MachineRow> made() {
        return once.find(Change.current()).map(use -> find(use.machine()));
    }

    private MachineRow make(NewMachine request, List<Operation> first) {
        var row = row(request);
        return cache.exclusively(row.id(), slot -> {
            var live = new LiveMachine(request.spec(), devices);
            transaction.executeWithoutResult(status -> {
                history.add(row);
                recorder.record(row, live, first).forEach(Machines::refuseUnlessBound);
                once.save(Change.current(), row.id(), 0, 0);
            });
            slot.keep(live);
            Change.current().committed(live.machine().operations());
            return find(row.id());
        });
    }

    private static void refuseUnlessBound(Outcome outcome) {
        if (outcome.error() != null) {
            throw new RefusedException(Reason.SYSTEM_CALL_FAILED, "devices",
                    "a device could not be bound: " + outcome.error());
        }
    }

    /** Applies operations in order: all of them, or none. */
    public List<Outcome> apply(String id, List<Operation> operations) {
        OperationLimits.atMost("", operations.size(), limits.operationsPerRequest());
        return commit(id, (row, live) -> recorder.record(row, live, operations));
    }

    /**
     * Plays a script: all of it, or nothing. Its first process is the machine's first address space that is alive.
     *
     * @throws RefusedException naming the line, if the machine can't do it
     */
    public List<Outcome> play(String id, Script script) {
        return commit(id, (row, live) -> recorder.record(row, live,
                machine -> new ScriptRun(live.machine(), machine, limits.operationsPerRequest()).play(script)));
    }

    /** Another process may change the machine at the same time: then this one catches up and tries again. */
    private List<Outcome> commit(String id, BiFunction<MachineRow, LiveMachine, List<Outcome>> work) {
        for (int attempt = 1;; attempt++) {
            try {
                return cache.exclusively(id, slot -> tryToCommit(id, slot, work));
            } catch (MachineChangedException | ConcurrencyFailureException | DuplicateKeyException e) {
                if (attempt == ATTEMPTS) {
                    throw new MachineChangedException(id, history.find(id).map(MachineRow::operations).orElse(0L));
                }
            }
        }
    }

    private List<Outcome> tryToCommit(String id, Slot slot, BiFunction<MachineRow, LiveMachine, List<Outcome>> work) {
        Change change = Change.current();
        var earlier = once.outcomes(change);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        var row = find(id);
        change.check(id, row.operations());
        var live = live(slot, row);
        boolean committed = false;
        try {
            var outcomes = Objects.requireNonNull(transaction.execute(status -> {
                var done = work.apply(row, live);
                once.save(change, id, row.operations() + 1, live.machine().operations());
                return done;
            }));
            committed = true;
            change.committed(live.machine().operations());
            return outcomes;
        } finally {
            if (!committed) {
                slot.drop();
            }
        }
    }

    /** Looks at a machine as it was last committed; the machine is the caller's only during the call. */
    public <R> R look(String id, Function<Machine, R> at) {
        return cache.exclusively(id, slot -> at.apply(live(slot, find(id)).machine()));
    }

    /** A machine's row. */
    public MachineRow find(String id) {
        return history.find(id).filter(row -> row.kind() == MachineKind.INTERACTIVE)
                .orElseThrow(() -> new MachineNotFoundException(id));
    }

    /** Machines whose id is greater than {@code after}, in order of id. */
    public List<MachineRow> list(String after, int limit) {
        return history.list(MachineKind.INTERACTIVE, after, limit);
    }

    /** Deletes a machine with everything it left. */
    public void delete(String id) {
        cache.exclusively(id, slot -> {
            Change.current().check(id, find(id).operations());
            slot.drop();
            return history.delete(id);
        });
    }

    private LiveMachine live(Slot slot, MachineRow row) {
        var live = slot.live();
        if (live == null || live.machine().operations() > row.operations()) {
            slot.drop();
            live = rebuilder.rebuild(row);
            slot.keep(live);
        } else if (live.machine().operations() < row.operations()) {
            slot.drop();
            rebuilder.catchUp(row, live);
            slot.keep(live);
        }
        return live;
    }

    private MachineRow row(NewMachine request) {
        var spec = request.spec();
        String models = request.devices().stream().map(NewMachine.NewDevice::model).distinct()
                .collect(Collectors.joining(","));
        return new MachineRow(ids.next(), ids.block(), request.name(), MachineKind.INTERACTIVE, null,
                spec.architecture().name(),
                spec.version().name(), spec.design().name(), models.isEmpty() || models.length() > 64 ? null : models,
                json.writeValueAsString(SpecDocument.of(spec, json)), clock.instant(), 0, 0);
    }
}
