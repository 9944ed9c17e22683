package io.mmulab.web;

import java.util.List;
import java.util.Map;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.lab.NewMachine;
import io.mmulab.lab.NewMachine.NewDevice;
import io.mmulab.lab.Presets;
import io.mmulab.lab.definition.Definitions;

/**
 * A machine to be made, with one process (address space 1) and its devices.
 *
 * @param name for people
 * @param architecture see /architectures
 * @param kernelDesign see /kernel-designs
 * @param kernelVersion see /kernel-versions; the design's own unless said otherwise
 * @param cpus 2 unless said otherwise
 * @param memoryPages physical memory in base pages; 262144 (1 GiB of 4 KiB pages) unless said otherwise
 * @param costs simulated nanoseconds of single figures that are other than the architecture says, by name
 * @param devices bound to address space 1
 */
record MachineRequest(@Nullable @Size(max = 200) String name, String architecture, String kernelDesign,
        @Nullable String kernelVersion, @Nullable @Min(1) @Max(MachineSpec.MAX_CPUS) Integer cpus,
        @Nullable @Min(1) @Max(MachineSpec.MAX_MEMORY_PAGES) Integer memoryPages,
        @Nullable @Size(max = 32) Map<String, Long> costs, @Nullable List<Device> devices) {

    /**
     * A device.
     *
     * @param name unique in the machine
     * @param model see /device-models
     * @param options choices of the model
     */
    record Device(String name, String model, @Nullable Map<String, String> options) {}

    NewMachine toNewMachine(Definitions definitions) {
        KernelDesign design = definitions.design("kernelDesign", kernelDesign);
        Architecture named = definitions.architecture("architecture", architecture);
        var spec = new MachineSpec(costs == null ? named : definitions.withCosts(named, costs),
                Presets.version(kernelVersion == null ? design.kernelVersion() : kernelVersion), design,
                cpus == null ? 2 : cpus, memoryPages == null ? MachineSpec.DEFAULT_MEMORY_PAGES : memoryPages);
        List<Device> wanted = devices == null ? List.of() : devices;
        return new NewMachine(name, spec, wanted.stream().map(device -> new NewDevice(device.name(), device.model(),
                device.options() == null ? Map.of() : device.options())).toList());
    }
}
