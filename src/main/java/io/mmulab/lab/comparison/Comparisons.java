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
import java.util.Set;
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
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.ComparisonHistory;
import io.mmulab.history.ComparisonLeases;
import io.mmulab.history.ComparisonRow;
import io.mmulab.history.DatabaseFailure;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.LabMeters;
import io.mmulab.lab.MachineIds;
import io.mmulab.lab.OperationLimits;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.comparison.StoredComparisons.LostComparisonException;
import io.mmulab.lab.json.KernelJson;
import io.mmulab.scenario.Script;

/**
 * Runs comparisons, one at a time in the order in which they came. A comparison is kept whole or not at all: when it fails or
 * is cancelled, its machines and their events are deleted. One that was cut off goes on, here or in another process: its
 * machines repeat what they did, which is the same, and store what comes behind their last stored event.
 */
@Service
public final class Comparisons implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(Comparisons.class);
    /** Comparisons that may wait for their turn. */
    private static final int QUEUE = 8;
    private static final String CANCELLED = "cancelled";
    /** How long a stopping service waits for a comparison to reach the end of a batch. */
    private static final Duration STOP = Duration.ofSeconds(10);

    private final DeviceFactory devices;
    private final StoredComparisons stored;
    private final ComparisonLeases leases;
    private final ComparisonHistory history;
    private final MachineIds ids;
    private final OperationLimits operationLimits;
    private final Catalogue catalogue;
    private final Duration patience;
    private final LabMeters meters;
    private final JsonMapper json = KernelJson.mapper();
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE), Thread.ofPlatform().name("comparison-", 1).daemon().factory());
    private final Map<String, RunningComparison> running = new ConcurrentHashMap<>();
    private volatile boolean stopping;
    private volatile @Nullable EventPipeline inWork;

    Comparisons(DeviceFactory devices, StoredComparisons stored, ComparisonLeases leases, ComparisonHistory history,
            MachineIds ids,
            OperationLimits operationLimits, Catalogue catalogue, LabMeters meters,
            @Value("${mmulab.comparison.patience}") Duration patience) {
        this.devices = devices;
        this.stored = stored;
        this.leases = leases;
        this.history = history;
        this.ids = ids;
        this.operationLimits = operationLimits;
        this.catalogue = catalogue;
        this.patience = patience;
        this.meters = meters;
        meters.watchComparisons(worker, this::queuedChunks);
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
        ComparisonMatrix matrix = ComparisonMatrix.of(request, catalogue);
        long given = Stream.of(upload, request.operations(), request.script()).filter(Objects::nonNull).count();
        if (given != 1) {
            throw new RefusedException(Reason.INVALID_OPERATION, "operations",
                    "give either a list of operations, a script or an uploaded trace");
        }
        if (request.script() != null) {
            Script.parse(request.script());
        }
        if (request.operations() != null) {
            operationLimits.check(request.operations());
        }
        tryDevices(matrix);
        UploadedTrace trace = upload == null ? null : UploadedTrace.receive(upload);
        try {
            if (trace != null) {
                trace.format();
            }
            return submit(request, matrix, trace);
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

    private ComparisonProgress submit(ComparisonRequest request, ComparisonMatrix matrix,
            @Nullable UploadedTrace trace) {
        String id = ids.next();
        EventPipeline pipeline = pipeline(id);
        long block = ids.block();
        List<ComparisonCell> cells = cells(matrix, trace != null, i -> "%s-%03d".formatted(id, i + 1),
                i -> block + i, i -> rows -> pipeline.accept(block + i, rows));
        RunningComparison comparison = new RunningComparison(id, new ComparisonRun(matrix, cells), Instant.now(),
                json.writeValueAsString(request), trace == null ? null : trace.sha256());
        running.put(id, comparison);
        try {
            stored.begin(comparison, trace);
        } catch (RuntimeException e) {
            running.remove(id);
            pipeline.close();
            throw e;
        }
        Future<ComparisonTable> future;
        try {
            future = worker.submit(() -> work(comparison, request, trace, pipeline));
        } catch (RejectedExecutionException e) {
            pipeline.close();
            discard(comparison, Status.FAILED, "too many comparisons were waiting");
            throw new TooManyComparisonsException(QUEUE);
        }
        return await(comparison, future);
    }

    private int queuedChunks() {
        EventPipeline pipeline = inWork;
        return pipeline == null ? 0 : pipeline.waiting();
    }

    private EventPipeline pipeline(String id) {
        return new EventPipeline(id, chunks -> stored.append(id, chunks));
    }

    /** The machines of a comparison, always in the same order. */
    private List<ComparisonCell> cells(ComparisonMatrix matrix, boolean trace, IntFunction<String> name,
            IntToLongFunction number, IntFunction<EventConsumer> consumer) {
        List<ComparisonCell> cells = new ArrayList<>();
        for (Architecture architecture : matrix.architectures()) {
            for (KernelDesign design : matrix.designs()) {
                for (ComparisonMatrix.Device device : matrix.devices()) {
                    int i = cells.size();
                    cells.add(new ComparisonCell(name.apply(i), number.applyAsLong(i), architecture, design, device,
                            matrix, trace, devices, consumer.apply(i)));
                }
            }
        }
        return cells;
    }

    private ComparisonProgress await(RunningComparison comparison, Future<ComparisonTable> future) {
        try {
            return comparison.progress(Status.DONE, future.get(patience.toMillis(), TimeUnit.MILLISECONDS), null);
        } catch (TimeoutException e) {
            return comparison.progress(Status.RUNNING, null, null);
        } catch (ExecutionException e) {
            if (goesOn(e.getCause())) {
                return comparison.progress(Status.RUNNING, null, null);
            }
            throw new ComparisonFailedException(reason(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return comparison.progress(Status.RUNNING, null, null);
        }
    }

    private ComparisonTable work(RunningComparison comparison, ComparisonRequest request,
            @Nullable UploadedTrace trace, EventPipeline pipeline) throws IOException {
        try (trace; pipeline) {
            inWork = pipeline;
            ComparisonTable table;
            if (trace != null) {
                comparison.countedLines(trace.countLines());
                table = comparison.run().play(trace, Boolean.TRUE.equals(request.lenient()));
            } else {
                table = comparison.run().run(scenario(request));
            }
            pipeline.drain();
            stored.finish(comparison, table);
            comparison.run().cells().forEach(cell -> meters.addFaults(cell.machine()));
            running.remove(comparison.id());
            return table;
        } catch (CancellationException e) {
            if (stopping) {
                leave(comparison);
            } else {
                discard(comparison, Status.CANCELLED, CANCELLED);
            }
            throw e;
        } catch (IOException | RuntimeException e) {
            if (goesOn(e)) {
                LOG.warn("Comparison {} was cut off; whoever can reach the database goes on with it", comparison.id(),
                        e);
                leave(comparison);
            } else {
                if (!(e instanceof IOException) && !(e instanceof IllegalArgumentException)) {
                    LOG.error("Comparison {} failed", comparison.id(), e);
                }
                discard(comparison, Status.FAILED, reason(e));
            }
            throw e;
        }
    }

    /**
     * Whether what happened is the database's affair, or another process's, and not the comparison's: trying again helps. Its keys
     * are taken when another process, or a commit whose answer was lost, has stored the same.
     */
    private static boolean goesOn(@Nullable Throwable e) {
        return e instanceof LostComparisonException || e instanceof TransientDataAccessException
                || e instanceof DuplicateKeyException || e instanceof TransactionException || DatabaseFailure.isAway(e);
    }

    private void leave(RunningComparison comparison) {
        try {
            leases.release(comparison.id());
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Comparison {} could not be released; its lease ends by itself", comparison.id(), e);
        } finally {
            running.remove(comparison.id());
        }
    }

    private Consumer<ComparisonCell> scenario(ComparisonRequest request) {
        if (request.script() != null) {
            Script script = Script.parse(request.script());
            return cell -> cell.run(script, operationLimits);
        }
        List<Operation> operations = request.operations();
        return cell -> cell.run(operations == null ? List.of() : operations);
    }

    private static String reason(@Nullable Throwable e) {
        String message = e == null ? null : e.getMessage();
        return message == null ? "the comparison could not be finished" : message;
    }

    /** If the database is away, whoever goes on with it comes to the same end. */
    private void discard(RunningComparison comparison, Status status, String problem) {
        try {
            stored.discard(comparison.row(status, null, problem));
        } finally {
            running.remove(comparison.id());
        }
    }

    // --- going on ---

    /** Says of those in work that they are, and takes over what another process, or an earlier one, has left. */
    @Scheduled(fixedDelayString = "${mmulab.comparison.renewal}")
    void renewAndGoOn() {
        try {
            running.keySet().forEach(leases::renew);
            Set<String> cancelled = leases.cancelRequested();
            cancelled.forEach(this::cancelHere);
            for (ComparisonRow row : stored.unfinished()) {
                if (!stopping && worker.getQueue().remainingCapacity() > 0 && !running.containsKey(row.id())
                        && leases.claim(row.id())) {
                    if (cancelled.contains(row.id())) {
                        stored.discard(ended(row, Status.CANCELLED, CANCELLED));
                    } else {
                        goOn(row);
                    }
                }
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("The database does not answer; comparisons wait", e);
        }
    }

    private void goOn(ComparisonRow row) {
        EventPipeline pipeline = pipeline(row.id());
        try {
            ComparisonRequest request = json.readValue(row.request(), ComparisonRequest.class);
            RunningComparison comparison = resumed(row, request, pipeline);
            String sha256 = row.trace();
            UploadedTrace trace =
                    sha256 == null ? null : UploadedTrace.receive(out -> stored.copyTrace(sha256, out));
            running.put(row.id(), comparison);
            var _ = worker.submit(() -> work(comparison, request, trace, pipeline));
            LOG.info("Comparison {} goes on", row.id());
        } catch (IOException | RuntimeException e) {
            pipeline.close();
            running.remove(row.id());
            if (e instanceof RejectedExecutionException || goesOn(e)) {
                leases.release(row.id());
                return;
            }
            LOG.error("Comparison {} can't go on", row.id(), e);
            stored.discard(ended(row, Status.FAILED, reason(e)));
        }
    }

    private static ComparisonRow ended(ComparisonRow row, Status status, String problem) {
        return new ComparisonRow(row.id(), status.name(), row.request(), null, problem, row.trace(), row.createdAt(),
                Instant.now());
    }

    /** Its machines as they were made; what is stored of their events is made again, and not stored again. */
    private RunningComparison resumed(ComparisonRow row, ComparisonRequest request, EventPipeline pipeline) {
        ComparisonMatrix matrix = ComparisonMatrix.of(request, catalogue);
        List<MachineRow> machines = stored.cells(row.id());
        if (machines.size() != matrix.cells()) {
            throw new IllegalStateException("it was begun by another version of this service: start it again");
        }
        List<ComparisonCell> cells = cells(matrix, row.trace() != null, i -> machines.get(i).id(),
                i -> machines.get(i).number(), i -> behindStored(machines.get(i).number(), pipeline));
        for (int i = 0; i < cells.size(); i++) {
            if (!stored.isBuiltAs(machines.get(i), cells.get(i))) {
                throw new IllegalStateException("it was begun by another version of this service: start it again");
            }
        }
        return new RunningComparison(row.id(), new ComparisonRun(matrix, cells), row.createdAt(), row.request(),
                row.trace());
    }

    /** A machine makes the same chunks again, so each is stored as a whole or not at all. */
    private EventConsumer behindStored(long machine, EventPipeline pipeline) {
        long last = stored.lastStored(machine);
        return rows -> {
            if (rows.sequence(0) > last) {
                pipeline.accept(machine, rows);
            } else if (rows.sequence(rows.size() - 1) > last) {
                throw new IllegalStateException("machine " + machine + " makes other chunks than it made before");
            }
        };
    }

    /** Running comparisons stop where they are; the next process goes on with them. */
    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        running.values().forEach(comparison -> comparison.run().cancel());
        worker.shutdown();
        if (!worker.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("A comparison does not stop; its lease ends by itself");
        }
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

    /** Ends a running comparison soon, whichever process works on it; false if it is not running. */
    public boolean cancel(String id) {
        boolean runs = leases.requestCancel(id);
        cancelHere(id);
        return runs;
    }

    private void cancelHere(String id) {
        RunningComparison live = running.get(id);
        if (live != null) {
            live.run().cancel();
        }
    }
}
