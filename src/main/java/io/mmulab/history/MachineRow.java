package io.mmulab.history;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A machine as it is remembered.
 *
 * @param id sorts by time of creation
 * @param number the same in the rows of its events: see {@link MachineNumbers}
 * @param name the user's, if any
 * @param comparison id of the comparison that made it, if one did
 * @param deviceModel models of the devices that it was made with, as a label
 * @param spec what it is built from, as JSON
 * @param operations number of its last operation
 * @param lastEvent number of its last event
 */
public record MachineRow(String id, long number, @Nullable String name, MachineKind kind, @Nullable String comparison,
        String architecture, String kernelVersion, String kernelDesign, @Nullable String deviceModel, String spec,
        Instant createdAt, long operations, long lastEvent) {}
