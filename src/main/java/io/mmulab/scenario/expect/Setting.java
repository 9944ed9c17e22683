package io.mmulab.scenario.expect;

import io.mmulab.kernel.machine.MachineSpec;

/**
 * What a case is played on, as conditions ask for it.
 *
 * @param architecture name of the architecture
 * @param version name of the kernel version
 * @param design name of the kernel design
 * @param device model and options as {@code model:option=value,option=value}; empty if the case is not about one
 */
public record Setting(String architecture, String version, String design, String device) {
    /** The word of a script that stands for the device. */
    public static final String DEVICE_WORD = "$device";

    /** That of a machine. */
    public static Setting of(MachineSpec spec, String device) {
        return new Setting(spec.architecture().name(), spec.version().name(), spec.design().name(), device);
    }
}
