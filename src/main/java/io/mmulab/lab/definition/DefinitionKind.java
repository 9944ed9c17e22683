package io.mmulab.lab.definition;

/** What can be defined. */
public enum DefinitionKind {
    /** {@link io.mmulab.kernel.arch.Architecture}. */
    ARCHITECTURE("architecture"),
    /** {@link io.mmulab.kernel.design.KernelDesign}. */
    KERNEL_DESIGN("kernel design"),
    /** {@link io.mmulab.device.DeviceDesign}. */
    DEVICE_DESIGN("device design");

    private final String words;

    DefinitionKind(String words) {
        this.words = words;
    }

    /** For a sentence. */
    public String words() {
        return words;
    }
}
