package io.mmulab.lab;

import io.mmulab.kernel.machine.MachineSpec;

/** What a machine is built from, by name: the form in which it is kept. */
record SpecDocument(String architecture, String kernelDesign, String kernelVersion, int cpus, int memoryPages) {

    static SpecDocument of(MachineSpec spec) {
        return new SpecDocument(spec.architecture().name(), spec.design().name(), spec.version().name(), spec.cpus(),
                spec.memoryPages());
    }

    MachineSpec toSpec() {
        return new MachineSpec(Presets.architecture(architecture), Presets.version(kernelVersion),
                Presets.design(kernelDesign), cpus, memoryPages);
    }
}
