package io.mmulab.conformance;

import java.util.List;
import java.util.stream.Collectors;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.machine.MachineSpec;

/** Which machine stands for a recorded kernel: its name is {@code ARCHITECTURE-VERSION}, as {@code x86_64-6.12}. */
public final class KernelMachines {
    private static final int CPUS = 1;
    private static final int MEMORY_PAGES = 1 << 19;

    /**
     * An architecture as recordings name it.
     *
     * @param architecture {@code -cpu max} has hardware access and dirty state
     */
    private record Named(String name, Architecture architecture) {}

    private static final List<Named> ARCHITECTURES =
            List.of(new Named("x86_64", Architecture.X86_64), new Named("arm64", Architecture.ARM64_HAFDBS));

    private KernelMachines() {}

    /**
     * The machine: one CPU, 2 GiB, the notifier design of the release.
     *
     * @throws IllegalArgumentException if there is none; the message names those that there are
     */
    public static MachineSpec of(String kernel) {
        for (Named named : ARCHITECTURES) {
            for (KernelVersion version : KernelVersion.PRESETS) {
                if (kernel.equals(named.name + "-" + version.name())) {
                    return new MachineSpec(named.architecture, version, design(version), CPUS, MEMORY_PAGES);
                }
            }
        }
        throw new IllegalArgumentException("unknown kernel: " + kernel + "; known are " + names());
    }

    private static String names() {
        return ARCHITECTURES.stream()
                .flatMap(named -> KernelVersion.PRESETS.stream().map(version -> named.name + "-" + version.name()))
                .collect(Collectors.joining(", "));
    }

    /** The newest design that was in the release. */
    private static KernelDesign design(KernelVersion version) {
        boolean mirrorsFlushes = KernelVersion.PRESETS.indexOf(version) >= KernelVersion.PRESETS.indexOf(
                KernelVersion.V6_6);
        return mirrorsFlushes ? KernelDesign.LINUX_6_6 : KernelDesign.LINUX_6_3;
    }
}
