package io.mmulab.lab.conformance;

import java.util.List;

import io.mmulab.conformance.Difference;
import io.mmulab.conformance.NotClaimed;

/**
 * How the simulated kernels did against recordings.
 *
 * @param operations operations of all recordings
 * @param compared operations that the machine could do, so that their outcome was compared
 * @param equal operations without a difference
 * @param found all differences
 * @param differences the first of them, in the order of the recordings: at most 1000 of each recording and 10000 in all
 * @param recordings one line for each recording
 * @param notClaimed what recordings hold and the comparison leaves out, with the reason
 */
public record ConformanceAnswer(int operations, int compared, int equal, long found, List<Difference> differences,
        List<RecordingLine> recordings, List<NotClaimed.Entry> notClaimed) {

    /**
     * One recording.
     *
     * @param recording name of its file in the archive, else of its scenario
     * @param kernel the recorded kernel
     * @param operations its operations
     * @param compared operations whose outcome was compared
     * @param equal operations without a difference
     * @param found its differences
     */
    public record RecordingLine(String recording, String kernel, int operations, int compared, int equal,
            long found) {}
}
