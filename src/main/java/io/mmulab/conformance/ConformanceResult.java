package io.mmulab.conformance;

import java.util.List;

/**
 * How a machine did against a recording.
 *
 * @param kernel the recorded kernel
 * @param scenario name of the scenario
 * @param operations operations of the recording
 * @param equal operations without a difference
 * @param found all differences
 * @param differences the first {@value Conformance#MAX_LISTED} of them
 * @param notClaimed what is not compared, and why
 */
public record ConformanceResult(String kernel, String scenario, int operations, int equal, long found,
        List<Difference> differences, List<NotClaimed.Entry> notClaimed) {}
