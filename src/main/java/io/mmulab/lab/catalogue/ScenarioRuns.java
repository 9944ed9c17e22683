package io.mmulab.lab.catalogue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.DatabaseFailure;
import io.mmulab.history.ScenarioHistory;
import io.mmulab.history.ScenarioLeases;
import io.mmulab.history.ScenarioRunRow;
import io.mmulab.lab.Catalogue;
import io.mmulab.lab.MachineIds;
import io.mmulab.lab.comparison.ComparisonFailedException;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.comparison.TooManyComparisonsException;
import io.mmulab.lab.json.KernelJson;
import io.mmulab.scenario.catalogue.Scenario;

/**
 * Runs scenarios, one request at a time in the order in which they came. A run is kept whole or not at all: when it fails or
 * is cancelled, its machines and their events are deleted.
 */
@Service
public final class ScenarioRuns implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(ScenarioRuns.class);
    /** Runs that may wait for their turn. */
    private static final int QUEUE = 8;
    private static final String CANCELLED = "cancelled";
    private static final String AWAY = "the database went away while it ran; start it again";

    private final Scenarios scenarios;
    private final StoredRuns stored;
    private final ScenarioLeases leases;
    private final ScenarioHistory history;
    private final MachineIds ids;
    private final Catalogue catalogue;
    private final Duration patience;
    private final JsonMapper json = KernelJson.mapper();
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE), Thread.ofPlatform().name("scenarios-", 1).daemon().factory());
    private final Map<String, RunningScenarios> running = new ConcurrentHashMap<>();
    /** Ends that could not be stored while the database was away. */
    private final Map<String, ScenarioRunRow> ended = new ConcurrentHashMap<>();

    ScenarioRuns(Scenarios scenarios, StoredRuns stored, ScenarioLeases leases, ScenarioHistory history, MachineIds ids,
            Catalogue catalogue,
            @Value("${mmulab.comparison.patience}") Duration patience) {
        this.scenarios = scenarios;
        this.stored = stored;
        this.leases = leases;
        this.history = history;
        this.ids = ids;
        this.catalogue = catalogue;
        this.patience = patience;
    }

    /**
     * Runs all scenarios of the program and waits a few seconds for the table.
     *
     * @return RUNNING with progress, or DONE with the table
     */
    public ScenarioProgress startAll(ScenarioRequest request) {
        return start(null, scenarios.catalogue(), request);
    }

    /** As {@link #startAll}, of one scenario. */
    public ScenarioProgress start(Scenario scenario, ScenarioRequest request) {
        return start(scenario.id(), List.of(scenario), request);
    }

    private ScenarioProgress start(@Nullable String only, List<Scenario> of, ScenarioRequest request) {
        ScenarioMatrix matrix = ScenarioMatrix.of(of, request, catalogue);
        RunningScenarios run = new RunningScenarios(ids.next(), only, matrix, json.writeValueAsString(request));
        running.put(run.id(), run);
        Future<ScenarioTable> future;
        try {
            stored.begin(run.row(Status.RUNNING, null, null));
            future = worker.submit(() -> work(run));
        } catch (RejectedExecutionException e) {
            discard(run, Status.FAILED, "too many runs were waiting");
            throw new TooManyComparisonsException(QUEUE);
        } catch (DataAccessException | TransactionException e) {
            discard(run, Status.FAILED, AWAY);
            throw e;
        }
        return await(run, future);
    }

    private ScenarioProgress await(RunningScenarios run, Future<ScenarioTable> future) {
        try {
            return run.progress(Status.DONE, future.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return run.progress(Status.RUNNING, null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException away && DatabaseFailure.isAway(away)) {
                throw away;
            }
            throw new ComparisonFailedException(reason(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return run.progress(Status.RUNNING, null);
        }
    }

    private ScenarioTable work(RunningScenarios run) {
        try {
            ScenarioTable table = run.play((machine, cell) -> stored.play(run.id(), machine, cell));
            stored.finish(run.row(Status.DONE, json.writeValueAsString(table), null));
            running.remove(run.id());
            return table;
        } catch (CancellationException e) {
            discard(run, Status.CANCELLED, CANCELLED);
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Run {} of scenarios failed", run.id(), e);
            discard(run, Status.FAILED, reason(e));
            throw e;
        }
    }

    private static String reason(@Nullable Throwable e) {
        if (DatabaseFailure.isAway(e)) {
            return AWAY;
        }
        String message = e == null ? null : e.getMessage();
        return message == null ? "the run could not be finished" : message;
    }

    private void discard(RunningScenarios run, Status status, String problem) {
        end(run.row(status, null, problem));
    }

    private void end(ScenarioRunRow row) {
        try {
            stored.discard(row);
            ended.remove(row.id());
            running.remove(row.id());
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("The end of run {} can't be stored now", row.id(), e);
            ended.put(row.id(), row);
        }
    }

    /** Says of those in work that they are; what another process, or an earlier one, has left half-done goes. */
    @Scheduled(fixedDelayString = "${mmulab.comparison.renewal}")
    void renewAndDiscard() {
        ended.values().forEach(this::end);
        try {
            running.keySet().forEach(leases::renew);
            Set<String> cancelled = leases.cancelRequested();
            cancelled.forEach(this::cancelHere);
            for (ScenarioRunRow row : stored.unfinished()) {
                if (!running.containsKey(row.id()) && leases.claim(row.id())) {
                    boolean wanted = cancelled.contains(row.id());
                    stored.discard(new ScenarioRunRow(row.id(), row.scenario(),
                            (wanted ? Status.CANCELLED : Status.FAILED).name(), row.request(), null,
                            wanted ? CANCELLED : "the service was stopped while it ran; start it again",
                            row.createdAt(), Instant.now()));
                }
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("The database does not answer; runs of scenarios wait", e);
        }
    }

    /** Where a run stands. */
    public Optional<ScenarioProgress> find(String id) {
        RunningScenarios live = running.get(id);
        return live != null ? Optional.of(live.progress(Status.RUNNING, null)) : history.run(id).map(this::stored);
    }

    private ScenarioProgress stored(ScenarioRunRow row) {
        String result = row.result();
        ScenarioTable table = result == null ? null : json.readValue(result, ScenarioTable.class);
        int done = table == null ? 0
                : table.rows().stream().flatMap(line -> line.results().stream()).mapToInt(one -> one.cells().size())
                        .sum();
        return new ScenarioProgress(row.id(), row.scenario(), Status.valueOf(row.status()), done, done, table,
                row.problem());
    }

    /** Runs whose id is greater than {@code after}, in order of id, without their tables. */
    public List<ScenarioProgress> list(String after, int limit) {
        return history.runs(after, limit).stream().map(row -> {
            ScenarioProgress whole = find(row.id()).orElseGet(() -> stored(row));
            return new ScenarioProgress(whole.id(), whole.scenario(), whole.status(), whole.cellsDone(),
                    whole.cells(), null, whole.problem());
        }).toList();
    }

    /** Ends a run soon, whichever process works on it; false if it is not running. */
    public boolean cancel(String id) {
        boolean runs = leases.requestCancel(id);
        cancelHere(id);
        return runs;
    }

    private void cancelHere(String id) {
        RunningScenarios live = running.get(id);
        if (live != null) {
            live.cancel();
        }
    }

    @Override
    public void destroy() {
        running.values().forEach(RunningScenarios::cancel);
        worker.shutdown();
    }
}
