package io.mmulab.device;

import java.util.Map;

/** What a device counts about itself, beside the events. */
public interface DeviceCounters {
    /** Totals since the device was made, by name, in the order of the model's description. */
    Map<String, Long> counters();
}
