package io.mmulab.lab.comparison;

import org.jspecify.annotations.Nullable;

/**
 * How far a comparison is.
 *
 * @param status RUNNING, DONE, FAILED or CANCELLED
 * @param linesDone lines of the trace that every cell has played
 * @param lines lines of the trace; null for a scenario
 * @param cells machines that play them
 * @param linesPerSecond lines done a wall-clock second
 * @param table what came out, once it is DONE
 * @param problem why it ended otherwise
 * @param id sorts by time of creation
 */
public record ComparisonProgress(String id, Status status, long linesDone, @Nullable Long lines, int cells,
        long linesPerSecond, @Nullable ComparisonTable table, @Nullable String problem) {
    /** Where a comparison stands. */
    public enum Status {
        /** Being worked on, or waiting for its turn. */
        RUNNING,
        /** The table is there. */
        DONE,
        /** It could not be finished; nothing of it was kept. */
        FAILED,
        /** A user ended it; nothing of it was kept. */
        CANCELLED
    }
}
