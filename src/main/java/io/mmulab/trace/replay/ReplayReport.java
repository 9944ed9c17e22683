package io.mmulab.trace.replay;

import java.util.List;
import java.util.Map;

import io.mmulab.kernel.machine.Address;

/**
 * What one machine made of a trace.
 *
 * @param records records played
 * @param cpuAccesses accesses of CPUs, those of the touch rule included
 * @param cpuFaults faults of CPUs, by path
 * @param refusedAccesses accesses of the trace that got a signal
 * @param deviceAccesses accesses of the device
 * @param implicitPages pages that were touched though no line had mapped them: each was mapped private, anonymous, with all
 *        rights
 * @param implicitMappings the first of them, neighbours joined
 * @param differenceCount system calls whose recorded result differs from the simulated one
 * @param differences the first of them
 * @param notReplayed calls that failed when recorded, or that are not simulated yet, by name
 */
public record ReplayReport(long records, long cpuAccesses, Map<String, Long> cpuFaults, long refusedAccesses,
        long deviceAccesses, long implicitPages, List<ImplicitMapping> implicitMappings, long differenceCount,
        List<Difference> differences, Map<String, Long> notReplayed) {

    /**
     * A system call that came out otherwise than recorded. Values are what the call returned; errors are negative.
     *
     * @param line 1-based line of the trace
     * @param call the system call
     * @param recorded what it returned when it was recorded
     * @param simulated what it returned here
     */
    public record Difference(long line, String call, @Address long recorded, @Address long simulated) {}

    /**
     * Pages {@code [start, end)}.
     *
     * @param start first byte
     * @param end end, exclusive
     */
    public record ImplicitMapping(@Address long start, @Address long end) {}
}
