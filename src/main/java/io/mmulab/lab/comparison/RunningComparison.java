package io.mmulab.lab.comparison;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.mmulab.history.ComparisonRow;
import io.mmulab.lab.comparison.ComparisonProgress.Status;

/** A comparison in work, with what its rows and its progress need. */
final class RunningComparison {
    private final String id;
    private final ComparisonRun run;
    private final Instant createdAt;
    private final String request;
    private final @Nullable String trace;
    private volatile @Nullable Long lines;

    RunningComparison(String id, ComparisonRun run, Instant createdAt, String request, @Nullable String trace) {
        this.id = id;
        this.run = run;
        this.createdAt = createdAt;
        this.request = request;
        this.trace = trace;
    }

    String id() {
        return id;
    }

    ComparisonRun run() {
        return run;
    }

    /** Checksum of its trace, if it plays one. */
    @Nullable
    String trace() {
        return trace;
    }

    Instant createdAt() {
        return createdAt;
    }

    void countedLines(long count) {
        lines = count;
    }

    ComparisonRow row(Status status, @Nullable String result, @Nullable String problem) {
        return new ComparisonRow(id, status.name(), request, result, problem, trace, createdAt,
                status == Status.RUNNING ? null : Instant.now());
    }

    ComparisonProgress progress(Status status, @Nullable ComparisonTable table, @Nullable String problem) {
        long done = run.linesDone();
        long milliseconds = Math.max(1, Duration.between(createdAt, Instant.now()).toMillis());
        return new ComparisonProgress(id, status, done, lines, run.cells().size(), done * 1000 / milliseconds, table,
                problem);
    }
}
