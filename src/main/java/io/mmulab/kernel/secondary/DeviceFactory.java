package io.mmulab.kernel.secondary;

import java.util.Map;

/** Makes devices by the name of their model. */
@FunctionalInterface
public interface DeviceFactory {
    /** A factory of a machine that has no devices. */
    DeviceFactory NONE = (model, id, name, options, services) -> {
        throw new IllegalArgumentException("unknown device model: " + model);
    };

    /**
     * A device, not yet bound.
     *
     * @param options choices of the model, by name
     * @throws IllegalArgumentException for a model or an option that does not exist; the message names it
     */
    SecondaryMmu create(String model, int id, String name, Map<String, String> options, MmuServices services);
}
