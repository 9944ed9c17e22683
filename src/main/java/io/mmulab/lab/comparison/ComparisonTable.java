package io.mmulab.lab.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.EventCounts;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.secondary.SecondaryMmu;
import io.mmulab.trace.TraceStatistics;
import io.mmulab.trace.replay.ReplayReport;

/**
 * What came out of a comparison.
 *
 * @param trace what was read; null for a scenario
 * @param traceSha256 checksum of the upload as it came; null for a scenario
 * @param workload what the device did
 * @param workloadDescription the same, exactly
 * @param cells a row a machine
 */
public record ComparisonTable(@Nullable TraceStatistics trace, @Nullable String traceSha256, String workload,
        String workloadDescription, List<Cell> cells) {

    /**
     * One machine. Every count but that of faults is also a count of its stored events.
     *
     * @param machine id, for the events
     * @param violations broken rules by kind, those that occurred
     * @param stuckDeviceAccesses device accesses that gave up: events DEVICE_FAULT with reaction STUCK
     * @param faults faults of the CPUs and of what asks for pages on a device's behalf, by the path that they took, those that
     *        occurred
     * @param deviceFaults faults that the device took: sum of entries of events DEVICE_FAULT
     * @param notifierCalls calls into the notifier machinery by phase: events without a subscriber
     * @param entriesDropped entries that the device dropped: sum of entries of events with reaction DROPPED, without those
     *        of phase SPURIOUS_ZAP
     * @param spuriousZaps of these, still right: sum of entries of events SPURIOUS_ZAP
     * @param refaults device accesses that faulted because of a spurious zap: events DEVICE_FAULT with reaction REFAULTED
     * @param tlbFlushes CPU TLB flushes
     * @param events stored events
     * @param simulatedNanoseconds simulated time
     * @param digest fingerprint of the machine's final state
     * @param replay what became of the trace; null for a scenario
     * @param remark what to know when reading this cell
     * @param architecture name of the architecture
     * @param kernelVersion name of the kernel version
     * @param kernelDesign name of the kernel design
     * @param device model and options of the device
     * @param deviceCounters what the device counts about itself, by name: commands, waits, faults
     */
    public record Cell(String machine, String architecture, String kernelVersion, String kernelDesign, String device,
            Map<String, Long> violations, long stuckDeviceAccesses, Map<String, Long> faults, long deviceFaults,
            Map<String, Long> notifierCalls, long entriesDropped, long spuriousZaps, long refaults, long tlbFlushes,
            long events, Map<String, Long> deviceCounters, long simulatedNanoseconds, String digest,
            @Nullable ReplayReport replay,
            @Nullable String remark) {

        static Cell of(String id, String device, Machine machine, @Nullable ReplayReport replay,
                @Nullable String remark) {
            EventCounts counts = machine.events().counts();
            Map<String, Long> violations = new LinkedHashMap<>();
            for (ViolationKind kind : ViolationKind.values()) {
                if (counts.violations(kind) > 0) {
                    violations.put(kind.name(), counts.violations(kind));
                }
            }
            Map<String, Long> faults = new LinkedHashMap<>();
            for (FaultPath path : FaultPath.values()) {
                if (machine.faults().total(path) > 0) {
                    faults.put(path.name(), machine.faults().total(path));
                }
            }
            Map<String, Long> calls = new LinkedHashMap<>();
            for (Phase phase : Phase.values()) {
                if (phase.isNotifierCall() && counts.calls(phase) > 0) {
                    calls.put(phase.name(), counts.calls(phase));
                }
            }
            return new Cell(id, machine.spec().architecture().name(), machine.spec().version().name(),
                    machine.spec().design().name(), device, violations, counts.stuck(), faults, counts.deviceFaults(),
                    calls,
                    counts.entriesDropped(), counts.spuriousZaps(), counts.refaults(),
                    counts.calls(Phase.TLB_FLUSH), counts.rows(), counters(machine), machine.clock().now(),
                    "%016x".formatted(machine.digest()), replay, remark);
        }

        /** A cell has one device. */
        private static Map<String, Long> counters(Machine machine) {
            return machine.devices().stream().findFirst().map(SecondaryMmu::counters).orElse(Map.of());
        }
    }
}
