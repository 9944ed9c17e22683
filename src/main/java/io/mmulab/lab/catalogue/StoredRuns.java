package io.mmulab.lab.catalogue;

import java.util.List;
import java.util.concurrent.CancellationException;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import io.mmulab.history.ScenarioHistory;
import io.mmulab.history.ScenarioLeases;
import io.mmulab.history.ScenarioRunRow;
import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.scenario.catalogue.CellResult;

/**
 * Runs of scenarios in the database, while they last and afterwards. A process that has lost its lease of a run adds nothing to
 * it, and can't end it.
 */
@Component
class StoredRuns {
    private final ScenarioHistory history;
    private final ScenarioLeases leases;
    private final ScenarioCells cells;
    private final TransactionTemplate transaction;

    StoredRuns(ScenarioHistory history, ScenarioLeases leases, ScenarioCells cells, TransactionTemplate transaction) {
        this.history = history;
        this.leases = leases;
        this.cells = cells;
        this.transaction = transaction;
    }

    void begin(ScenarioRunRow run) {
        transaction.executeWithoutResult(status -> {
            history.save(run);
            leases.take(run.id());
        });
    }

    /** Plays a scenario on one machine and keeps it with its events, if the run is still this process's own. */
    CellResult play(String run, String machine, ScenarioMatrix.Cell cell) {
        CellResult result = transaction.execute(status -> {
            CellResult played = cells.play(machine, cell);
            mustHave(run);
            return played;
        });
        if (result == null) {
            throw new IllegalStateException("a machine gave no result");
        }
        return result;
    }

    /** Stores the table: the run is done. */
    void finish(ScenarioRunRow done) {
        transaction.executeWithoutResult(status -> {
            mustHave(done.id());
            // Renewing it has locked its row: who asks from now on is told that it has ended.
            if (leases.cancelRequested().contains(done.id())) {
                throw new CancellationException();
            }
            history.save(done);
        });
    }

    private void mustHave(String run) {
        if (!leases.renew(run)) {
            throw new LostRunException(run);
        }
    }

    /** Keeps nothing of a run but its name and why. */
    void discard(ScenarioRunRow end) {
        transaction.executeWithoutResult(status -> {
            if (leases.renew(end.id())) {
                cells.delete(end.id());
                history.save(end);
            }
        });
    }

    /** Runs that last, whoever works on them. */
    List<ScenarioRunRow> unfinished() {
        return history.runsWithStatus(Status.RUNNING.name());
    }

    /** Another process has ended the run. */
    static final class LostRunException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LostRunException(String run) {
            super("another process has ended run " + run + ", as this one did not answer for too long");
        }
    }
}
