package io.mmulab.kernel.machine;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;

/**
 * What a machine is built from: independent tables.
 *
 * @param cpus 1 to {@value #MAX_CPUS}
 * @param memoryPages base pages of physical memory, 1 to {@value #MAX_MEMORY_PAGES}
 */
public record MachineSpec(Architecture architecture, KernelVersion version, KernelDesign design, int cpus,
        int memoryPages) {
    /** Most CPUs. */
    public static final int MAX_CPUS = 64;
    /** Most memory: 16 GiB of 4 KiB pages. */
    public static final int MAX_MEMORY_PAGES = 1 << 22;
    /** Memory unless said otherwise: 1 GiB of 4 KiB pages. */
    public static final int DEFAULT_MEMORY_PAGES = 1 << 18;

    /** Checks the bounds. */
    public MachineSpec {
        if (cpus < 1 || cpus > MAX_CPUS) {
            throw new IllegalArgumentException("cpus not in 1.." + MAX_CPUS);
        }
        if (memoryPages < 1 || memoryPages > MAX_MEMORY_PAGES) {
            throw new IllegalArgumentException("memoryPages not in 1.." + MAX_MEMORY_PAGES);
        }
    }

    /** A machine of usual size. */
    public static MachineSpec of(Architecture architecture, KernelVersion version, KernelDesign design) {
        return new MachineSpec(architecture, version, design, 2, DEFAULT_MEMORY_PAGES);
    }
}
