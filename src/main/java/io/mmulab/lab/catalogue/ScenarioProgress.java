package io.mmulab.lab.catalogue;

import org.jspecify.annotations.Nullable;

import io.mmulab.lab.comparison.ComparisonProgress.Status;

/**
 * How far a run is.
 *
 * @param id sorts by time of creation
 * @param scenario the only one that is run; absent for the whole catalogue
 * @param status RUNNING, DONE, FAILED or CANCELLED
 * @param cellsDone machines that have played their scenario
 * @param cells machines
 * @param table what came out, once it is DONE
 * @param problem why it ended otherwise
 */
public record ScenarioProgress(String id, @Nullable String scenario, Status status, int cellsDone, int cells,
        @Nullable ScenarioTable table, @Nullable String problem) {}
