package io.mmulab.lab.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.ComparisonHistory;
import io.mmulab.history.ComparisonLeases;
import io.mmulab.history.ComparisonRow;
import io.mmulab.history.EventStore;
import io.mmulab.history.MachineHistory;
import io.mmulab.history.MachineKind;
import io.mmulab.history.MachineRow;
import io.mmulab.history.TraceStore;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.json.KernelJson;
import io.mmulab.trace.replay.TraceReplay;

/**
 * Comparisons in the database, while they run and afterwards. A process that has lost its lease of a comparison stops adding to
 * it, and can't end it.
 */
@Component
class StoredComparisons {
    private final ComparisonHistory history;
    private final ComparisonLeases leases;
    private final MachineHistory machines;
    private final EventStore events;
    private final TraceStore traces;
    private final TransactionTemplate transaction;
    private final JsonMapper json = KernelJson.mapper();

    StoredComparisons(ComparisonHistory history, ComparisonLeases leases, MachineHistory machines, EventStore events,
            TraceStore traces, TransactionTemplate transaction) {
        this.history = history;
        this.leases = leases;
        this.machines = machines;
        this.events = events;
        this.traces = traces;
        this.transaction = transaction;
    }

    /** Stores what it takes to begin: from now on it will be finished, whatever becomes of this process. */
    void begin(RunningComparison comparison, @Nullable UploadedTrace trace) {
        transaction.executeWithoutResult(status -> {
            if (trace != null) {
                try (InputStream in = trace.open()) {
                    traces.save(trace.sha256(), in);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            history.save(comparison.row(Status.RUNNING, null, null));
            leases.take(comparison.id());
            comparison.run().cells().forEach(cell -> machines.add(row(comparison, cell)));
        });
    }

    private MachineRow row(RunningComparison comparison, ComparisonCell cell) {
        var spec = cell.machine().spec();
        return new MachineRow(cell.id(), cell.number(), null, MachineKind.COMPARISON_CELL, comparison.id(),
                spec.architecture().name(), spec.version().name(), spec.design().name(), cell.device(),
                json.writeValueAsString(cell.machine().spec()), comparison.createdAt(), 0, 0);
    }

    /** Whether a cell is built as the machine that was stored. Sets are written in another order by each process. */
    boolean isBuiltAs(MachineRow machine, ComparisonCell cell) {
        return words(machine.spec()).equals(words(json.writeValueAsString(cell.machine().spec())));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split("[\\[\\]{},]", -1)).sorted().toList();
    }

    /** Stores chunks of events of the comparison's machines. */
    void append(String comparison, List<EventPipeline.Chunk> chunks) {
        transaction.executeWithoutResult(status -> {
            Instant now = Instant.now();
            chunks.forEach(
                    chunk -> events.append(chunk.machine(), chunk.rows(), device -> TraceReplay.DEVICE, now));
            // In the end, so that its row is locked but for a moment: who asks for the lease meanwhile waits, and is refused.
            if (!leases.renew(comparison)) {
                throw new LostComparisonException(comparison);
            }
        });
    }

    /** Running comparisons, whoever works on them. */
    List<ComparisonRow> unfinished() {
        return history.withStatus(Status.RUNNING.name());
    }

    /** The machines of a comparison, in the order of its cells. */
    List<MachineRow> cells(String comparison) {
        return machines.ofComparison(comparison, "", ComparisonMatrix.MAX_CELLS);
    }

    /** Number of the last stored event of a machine. */
    long lastStored(long machine) {
        return machines.lastStored(machine);
    }

    /** Writes out a trace that a comparison was begun with. */
    void copyTrace(String sha256, OutputStream out) throws IOException {
        traces.copyTo(sha256, out);
    }

    /** Stores the table: the comparison is done. */
    void finish(RunningComparison comparison, ComparisonTable table) {
        transaction.executeWithoutResult(status -> {
            if (!leases.renew(comparison.id())) {
                throw new LostComparisonException(comparison.id());
            }
            // Renewing it has locked its row: who asks from now on is told that it has ended.
            if (leases.cancelRequested().contains(comparison.id())) {
                throw new CancellationException();
            }
            for (ComparisonCell cell : comparison.run().cells()) {
                machines.advance(cell.id(), 0, cell.machine().operations(), cell.machine().events().lastSequence());
            }
            history.save(comparison.row(Status.DONE, json.writeValueAsString(table), null));
            forgetTrace(comparison.trace());
        });
    }

    /** Keeps nothing of a comparison but its name and why. */
    void discard(ComparisonRow end) {
        transaction.executeWithoutResult(status -> {
            if (!leases.renew(end.id())) {
                return;
            }
            cells(end.id()).forEach(cell -> machines.delete(cell.id()));
            history.save(end);
            forgetTrace(end.trace());
        });
    }

    private void forgetTrace(@Nullable String sha256) {
        if (sha256 != null) {
            traces.deleteUnused(sha256);
        }
    }

    /** Another process has taken the comparison over. */
    static final class LostComparisonException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostComparisonException(String comparison) {
            super(comparison);
        }
    }
}
