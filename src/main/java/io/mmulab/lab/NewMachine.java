package io.mmulab.lab;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.MachineSpec;

/**
 * A machine to be made, with one process and devices bound to it.
 *
 * @param name for people
 */
public record NewMachine(@Nullable String name, MachineSpec spec, List<NewDevice> devices) {

    /** A device to be attached. */
    public record NewDevice(String name, String model, Map<String, String> options) {}
}
