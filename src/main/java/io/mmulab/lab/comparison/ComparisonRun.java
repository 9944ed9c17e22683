package io.mmulab.lab.comparison;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mmulab.trace.Strictness;
import io.mmulab.trace.TraceBatch;
import io.mmulab.trace.TraceLimits;
import io.mmulab.trace.TraceReader;
import io.mmulab.trace.TraceStatistics;

/** A comparison while it runs: reads the trace once and feeds each batch to all cells. */
final class ComparisonRun {
    private final ComparisonMatrix matrix;
    private final List<ComparisonCell> cells;
    private volatile long linesDone;
    private volatile boolean cancelled;

    ComparisonRun(ComparisonMatrix matrix, List<ComparisonCell> cells) {
        this.matrix = matrix;
        this.cells = List.copyOf(cells);
    }

    ComparisonTable play(UploadedTrace trace, boolean lenient) throws IOException {
        Strictness strictness = lenient ? Strictness.LENIENT : Strictness.STRICT;
        TraceBatch batch = new TraceBatch();
        try (TraceReader reader = trace.format().open(trace.open(), strictness, TraceLimits.DEFAULT)) {
            while (reader.read(batch) > 0) {
                for (ComparisonCell cell : cells) {
                    stopIfCancelled();
                    cell.play(batch);
                }
                linesDone = batch.line[batch.size - 1];
            }
            return table(reader.statistics(), trace.sha256());
        }
    }

    ComparisonTable run(Consumer<ComparisonCell> scenario) {
        for (ComparisonCell cell : cells) {
            stopIfCancelled();
            scenario.accept(cell);
        }
        return table(null, null);
    }

    private ComparisonTable table(@Nullable TraceStatistics statistics, @Nullable String sha256) {
        return new ComparisonTable(statistics, sha256, matrix.workload().label(), matrix.workload().description(),
                cells.stream().map(ComparisonCell::finish).toList());
    }

    long linesDone() {
        return linesDone;
    }

    List<ComparisonCell> cells() {
        return cells;
    }

    void cancel() {
        cancelled = true;
    }

    private void stopIfCancelled() {
        if (cancelled) {
            throw new CancellationException();
        }
    }
}
