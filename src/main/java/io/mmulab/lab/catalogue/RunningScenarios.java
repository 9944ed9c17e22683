package io.mmulab.lab.catalogue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.mmulab.history.ScenarioRunRow;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.scenario.catalogue.CellResult;
import io.mmulab.scenario.catalogue.DesignResult;
import io.mmulab.scenario.catalogue.Scenario;

/** A run in work: plays its machines one after the other. */
final class RunningScenarios {
    private final String id;
    private final @Nullable String scenario;
    private final ScenarioMatrix matrix;
    private final String request;
    private final Instant createdAt = Instant.now();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean cancelled;

    RunningScenarios(String id, @Nullable String scenario, ScenarioMatrix matrix, String request) {
        this.id = id;
        this.scenario = scenario;
        this.matrix = matrix;
        this.request = request;
    }

    /** Plays a scenario on one machine and keeps it. */
    @FunctionalInterface
    interface Player {
        CellResult play(String machine, ScenarioMatrix.Cell cell);
    }

    String id() {
        return id;
    }

    /** @throws CancellationException if somebody has cancelled it */
    ScenarioTable play(Player player) {
        List<ScenarioTable.Row> rows = new ArrayList<>();
        for (ScenarioMatrix.Part part : matrix.parts()) {
            Scenario of = part.scenario();
            rows.add(new ScenarioTable.Row(of.id(), of.title(), "/api/v1/scenarios/" + of.id(),
                    part.byDesign().stream().map(cells -> result(of, cells, player)).toList()));
        }
        return new ScenarioTable(matrix.designs().stream().map(KernelDesign::name).toList(), rows);
    }

    private ScenarioTable.Result result(Scenario of, List<ScenarioMatrix.Cell> cells, Player player) {
        List<ScenarioTable.Cell> played = new ArrayList<>();
        for (ScenarioMatrix.Cell cell : cells) {
            if (cancelled) {
                throw new CancellationException();
            }
            String machine = String.format(Locale.ROOT, "%s-%04d", id, done.get() + 1);
            played.add(new ScenarioTable.Cell(machine, "/api/v1/events?machine=" + machine,
                    player.play(machine, cell)));
            done.incrementAndGet();
        }
        DesignResult sum = DesignResult.of(of, cells.getFirst().design().name(),
                played.stream().map(ScenarioTable.Cell::result).toList());
        return new ScenarioTable.Result(sum.design(), sum.verdict().label(),
                sum.expected() == null ? null : sum.expected().label(), sum.isAsExpected(), sum.happened(), played);
    }

    void cancel() {
        cancelled = true;
    }

    ScenarioRunRow row(Status status, @Nullable String result, @Nullable String problem) {
        return new ScenarioRunRow(id, scenario, status.name(), request, result, problem, createdAt,
                status == Status.RUNNING ? null : Instant.now());
    }

    ScenarioProgress progress(Status status, @Nullable ScenarioTable table) {
        return new ScenarioProgress(id, scenario, status, done.get(), matrix.cells(), table, null);
    }
}
