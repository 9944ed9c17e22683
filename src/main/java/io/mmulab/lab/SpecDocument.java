package io.mmulab.lab;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.machine.MachineSpec;

/**
 * What a machine is built from, in the form in which it is kept: architecture and design whole, so that the machine does not
 * depend on a definition that may be deleted.
 *
 * @param architecture all of it; only its name in machines of earlier releases, which knew presets only
 * @param kernelDesign as the architecture
 */
record SpecDocument(JsonNode architecture, JsonNode kernelDesign, String kernelVersion, int cpus, int memoryPages) {

    static SpecDocument of(MachineSpec spec, JsonMapper json) {
        return new SpecDocument(json.valueToTree(spec.architecture()), json.valueToTree(spec.design()),
                spec.version().name(), spec.cpus(), spec.memoryPages());
    }

    MachineSpec toSpec(JsonMapper json) {
        return new MachineSpec(
                architecture.isString() ? Presets.architecture(architecture.stringValue())
                        : json.treeToValue(architecture, Architecture.class),
                Presets.version(kernelVersion), kernelDesign.isString() ? Presets.design(kernelDesign.stringValue())
                        : json.treeToValue(kernelDesign, KernelDesign.class),
                cpus, memoryPages);
    }
}
