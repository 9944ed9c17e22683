package io.mmulab.trace.replay;

import java.util.Map;

/**
 * A device of a replay.
 *
 * @param model name of a device model
 * @param options choices of the model
 */
public record DeviceChoice(String model, Map<String, String> options) {
    /** Defensive copy. */
    public DeviceChoice {
        options = Map.copyOf(options);
    }
}
