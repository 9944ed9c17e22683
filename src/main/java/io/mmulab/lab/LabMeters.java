package io.mmulab.lab;

import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.IntSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.machine.MachineSpec;

/** What the machines of this process do, as metrics since its start. */
@Component
public final class LabMeters {
    private static final FaultPath[] PATHS = FaultPath.values();

    private final MeterRegistry registry;

    LabMeters(MeterRegistry registry, LiveMachines machines) {
        this.registry = registry;
        Gauge.builder("mmulab.live.machines", machines, LiveMachines::count)
                .description("Machines in memory that requests drive").register(registry);
    }

    /**
     * Shows how many comparisons a worker has.
     *
     * @param queue gives the chunks of event rows that wait for the database
     */
    public void watchComparisons(ThreadPoolExecutor worker, IntSupplier queue) {
        Gauge.builder("mmulab.history.chunks.queued", queue::getAsInt)
                .description("Chunks of a comparison's rows that wait to be written").register(registry);
        Gauge.builder("mmulab.comparisons.running", worker, ThreadPoolExecutor::getActiveCount)
                .description("Comparisons that are played").register(registry);
        Gauge.builder("mmulab.comparisons.waiting", worker, executor -> executor.getQueue().size())
                .description("Comparisons that wait for their turn").register(registry);
    }

    /** A machine's faults so far, by path. */
    static long[] faults(Machine machine) {
        long[] faults = new long[PATHS.length];
        for (FaultPath path : PATHS) {
            faults[path.ordinal()] = machine.faults().total(path);
        }
        return faults;
    }

    /** Adds all faults of a machine. */
    public void addFaults(Machine machine) {
        addFaults(machine.spec(), new long[PATHS.length], faults(machine));
    }

    void addFaults(MachineSpec spec, long[] before, long[] after) {
        for (FaultPath path : PATHS) {
            long count = after[path.ordinal()] - before[path.ordinal()];
            if (count > 0) {
                Counter.builder("mmulab.faults").description("Page faults of CPUs, by the leaf of the handler's tree")
                        .tag("design", spec.design().name()).tag("path", path.name()).register(registry)
                        .increment((double) count);
            }
        }
    }
}
