package io.mmulab.lab.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.ComparisonHistory;
import io.mmulab.history.ComparisonRow;
import io.mmulab.history.EventStore;
import io.mmulab.history.MachineHistory;
import io.mmulab.history.MachineKind;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.lab.MachineIds;
import io.mmulab.lab.OperationLimits;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.json.KernelJson;
import io.mmulab.scenario.Script;
import io.mmulab.trace.replay.TraceReplay;

/**
 * Runs comparisons, one at a time in the order in which they came. A comparison is kept whole or not at all: when it fails or
 * is cancelled, its machines and their events are deleted.
 */
@Service
public final class Comparisons implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(Comparisons.class);
    /** Comparisons that may wait for their turn. */
    private static final int QUEUE = 8;

    private final DeviceFactory devices;
    private final EventStore events;
    private final MachineHistory machines;
    private final ComparisonHistory history;
    private final TransactionTemplate transaction;
    private final MachineIds ids;
    private final OperationLimits operationLimits;
    private final Duration patience;
    private final JsonMapper json = KernelJson.mapper();
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE), Thread.ofPlatform().name("comparison-", 1).daemon().factory());
    private final Map<String, RunningComparison> running = new ConcurrentHashMap<>();

    Comparisons(DeviceFactory devices, EventStore events, MachineHistory machines, ComparisonHistory history,
            TransactionTemplate transaction, MachineIds ids, OperationLimits operationLimits,
            @Value("${mmulab.comparison.patience}") Duration patience) {
        this.devices = devices;
        this.events = events;
        this.machines = machines;
        this.history = history;
        this.transaction = transaction;
        this.ids = ids;
        this.operationLimits = operationLimits;
        this.patience = patience;
    }

    /**
     * Starts a comparison and waits a few seconds for it.
     *
     * @param upload the trace; null if the request has operations
     * @return RUNNING with progress, or DONE with the table
     * @throws RefusedException if the request makes no sense
     * @throws ComparisonFailedException if it failed while the caller waited
     * @throws TooManyComparisonsException if too many wait already
     */
    public ComparisonProgress start(ComparisonRequest request, @Nullable InputStream upload) throws IOException {
        ComparisonMatrix matrix = ComparisonMatrix.of(request);
        long given = Stream.of(upload, request.operations(), request.script()).filter(Objects::nonNull).count();
        if (given != 1) {
            throw new RefusedException(Reason.INVALID_OPERATION, "operations",
                    "give either a list of operations, a script or an uploaded trace");
        }
        Script script = request.script() == null ? null : Script.parse(request.script());
        if (request.operations() != null) {
            operationLimits.check(request.operations());
        }
        tryDevices(matrix);
        UploadedTrace trace = upload == null ? null : UploadedTrace.receive(upload);
        try {
            if (trace != null) {
                trace.format();
            }
            return submit(request, script, matrix, trace);
        } catch (IOException | RuntimeException e) {
            if (trace != null) {
                trace.close();
            }
            throw e;
        }
    }

    /** Unknown models and options are found before anything is stored. */
    private void tryDevices(ComparisonMatrix matrix) {
        for (ComparisonMatrix.Device device : matrix.devices()) {
            try {
                new ComparisonCell("", 0, matrix.architectures().getFirst(), matrix.designs().getFirst(), device,
                        matrix,
                        false, devices, EventConsumer.NONE);
            } catch (IllegalArgumentException e) {
                throw new RefusedException(Reason.INVALID_OPERATION, "devices", String.valueOf(e.getMessage()));
            }
        }
    }

    private ComparisonProgress submit(ComparisonRequest request, @Nullable Script script, ComparisonMatrix matrix,
            @Nullable UploadedTrace trace) {
        String id = ids.next();
        List<ComparisonCell> cells = cells(id, matrix, trace != null);
        RunningComparison comparison = new RunningComparison(id, new ComparisonRun(matrix, cells), Instant.now(),
                json.writeValueAsString(request));
        running.put(id, comparison);
        Future<ComparisonTable> future;
        try {
            transaction.executeWithoutResult(status -> {
                history.save(comparison.row(Status.RUNNING, null, null));
                cells.forEach(cell -> machines.add(machineRow(id, cell, comparison.createdAt())));
            });
            future = worker.submit(() -> work(comparison, scenario(request, script), trace,
                    Boolean.TRUE.equals(request.lenient())));
        } catch (RejectedExecutionException e) {
            discard(comparison, Status.FAILED, "too many comparisons were waiting");
            throw new TooManyComparisonsException(QUEUE);
        } catch (RuntimeException e) {
            running.remove(id);
            throw e;
        }
        return await(comparison, future);
    }

    private List<ComparisonCell> cells(String id, ComparisonMatrix matrix, boolean trace) {
        List<ComparisonCell> cells = new ArrayList<>();
        long block = ids.block();
        for (Architecture architecture : matrix.architectures()) {
            for (KernelDesign design : matrix.designs()) {
                for (ComparisonMatrix.Device device : matrix.devices()) {
                    String cell = "%s-%03d".formatted(id, cells.size() + 1);
                    long number = block + cells.size();
                    cells.add(new ComparisonCell(cell, number, architecture, design, device, matrix, trace, devices,
                            consumer(number)));
                }
            }
        }
        return cells;
    }

    private EventConsumer consumer(long machine) {
        return rows -> transaction.executeWithoutResult(
                status -> events.append(machine, rows, device -> TraceReplay.DEVICE, Instant.now()));
    }

    private MachineRow machineRow(String comparison, ComparisonCell cell, Instant createdAt) {
        var spec = cell.machine().spec();
        return new MachineRow(cell.id(), cell.number(), null, MachineKind.COMPARISON_CELL, comparison,
                spec.architecture().name(),
                spec.version().name(), spec.design().name(), cell.device(), json.writeValueAsString(spec), createdAt, 0,
                0);
    }

    private ComparisonProgress await(RunningComparison comparison, Future<ComparisonTable> future) {
        try {
            return comparison.progress(Status.DONE, future.get(patience.toMillis(), TimeUnit.MILLISECONDS), null);
        } catch (TimeoutException e) {
            return comparison.progress(Status.RUNNING, null, null);
        } catch (ExecutionException e) {
            throw new ComparisonFailedException(reason(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return comparison.progress(Status.RUNNING, null, null);
        }
    }

    private Consumer<ComparisonCell> scenario(ComparisonRequest request, @Nullable Script script) {
        if (script != null) {
            return cell -> cell.run(script, operationLimits);
        }
        List<Operation> operations = request.operations();
        return cell -> cell.run(operations == null ? List.of() : operations);
    }

    private ComparisonTable work(RunningComparison comparison, Consumer<ComparisonCell> scenario,
            @Nullable UploadedTrace trace, boolean lenient) throws IOException {
        try (trace) {
            ComparisonTable table;
            if (trace != null) {
                comparison.countedLines(trace.countLines());
                table = comparison.run().play(trace, lenient);
            } else {
                table = comparison.run().run(scenario);
            }
            keep(comparison, table);
            return table;
        } catch (CancellationException e) {
            discard(comparison, Status.CANCELLED, "cancelled");
            throw e;
        } catch (IOException | RuntimeException e) {
            if (!(e instanceof IOException) && !(e instanceof IllegalArgumentException)) {
                LOG.error("Comparison {} failed", comparison.id(), e);
            }
            discard(comparison, Status.FAILED, reason(e));
            throw e;
        }
    }

    private static String reason(@Nullable Throwable e) {
        String message = e == null ? null : e.getMessage();
        return message == null ? "the comparison could not be finished" : message;
    }

    private void keep(RunningComparison comparison, ComparisonTable table) {
        transaction.executeWithoutResult(status -> {
            for (ComparisonCell cell : comparison.run().cells()) {
                machines.advance(cell.id(), 0, cell.machine().operations(), cell.machine().events().lastSequence());
            }
            history.save(comparison.row(Status.DONE, json.writeValueAsString(table), null));
        });
        running.remove(comparison.id());
    }

    private void discard(RunningComparison comparison, Status status, String problem) {
        deleteCells(comparison.id());
        history.save(comparison.row(status, null, problem));
        running.remove(comparison.id());
    }

    private void deleteCells(String comparison) {
        List<MachineRow> cells = machines.ofComparison(comparison, "", ComparisonMatrix.MAX_CELLS);
        cells.forEach(cell -> machines.delete(cell.id()));
    }

    /** Where a comparison stands. */
    public Optional<ComparisonProgress> find(String id) {
        RunningComparison live = running.get(id);
        if (live != null) {
            return Optional.of(live.progress(Status.RUNNING, null, null));
        }
        return history.find(id).map(this::stored);
    }

    private ComparisonProgress stored(ComparisonRow row) {
        String result = row.result();
        ComparisonTable table = result == null ? null : json.readValue(result, ComparisonTable.class);
        Long lines = table == null || table.trace() == null ? null : table.trace().lines();
        return new ComparisonProgress(row.id(), Status.valueOf(row.status()), lines == null ? 0 : lines, lines,
                table == null ? 0 : table.cells().size(), 0, table, row.problem());
    }

    /** Comparisons whose id is greater than {@code after}, in order of id, without their tables. */
    public List<ComparisonProgress> list(String after, int limit) {
        return history.list(after, limit).stream().map(row -> {
            ComparisonProgress whole = find(row.id()).orElseGet(() -> stored(row));
            return new ComparisonProgress(whole.id(), whole.status(), whole.linesDone(), whole.lines(), whole.cells(),
                    whole.linesPerSecond(), null, whole.problem());
        }).toList();
    }

    /** Ends a running comparison soon; false if it is not running. */
    public boolean cancel(String id) {
        RunningComparison live = running.get(id);
        if (live == null) {
            return false;
        }
        live.run().cancel();
        return true;
    }

    /** What an earlier process left half-done goes. */
    @EventListener(ApplicationReadyEvent.class)
    public void discardInterrupted() {
        for (ComparisonRow row : history.withStatus(Status.RUNNING.name())) {
            if (!running.containsKey(row.id())) {
                deleteCells(row.id());
                history.save(new ComparisonRow(row.id(), Status.FAILED.name(), row.request(), null,
                        "the service was stopped while it ran; start it again", row.createdAt(), Instant.now()));
            }
        }
    }

    @Override
    public void destroy() {
        running.values().forEach(comparison -> comparison.run().cancel());
        worker.shutdown();
    }
}
