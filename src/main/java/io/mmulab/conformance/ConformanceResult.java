package io.mmulab.conformance;

import java.util.List;

/**
 * How a machine did against a recording.
 *
 * @param recording name of the recording: of its file in an archive, else of its scenario
 * @param kernel the recorded kernel
 * @param operations operations of the recording
 * @param compared operations that the machine could do, so that their outcome was compared
 * @param equal operations without a difference
 * @param found all differences
 * @param differences the first {@value Conformance#MAX_LISTED} of them
 */
public record ConformanceResult(String recording, String kernel, int operations, int compared, int equal, long found,
        List<Difference> differences) {}
