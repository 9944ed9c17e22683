package io.mmulab.web;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.mmulab.history.MachineRow;

/**
 * A machine.
 *
 * @param operations number of its last operation
 * @param events number of its last event
 * @param devices models of the devices that it was made with
 */
record MachineView(String id, @Nullable String name, String architecture, String kernelVersion, String kernelDesign,
        @Nullable String devices, Instant createdAt, long operations, long events) {

    static MachineView of(MachineRow row) {
        return new MachineView(row.id(), row.name(), row.architecture(), row.kernelVersion(), row.kernelDesign(),
                row.deviceModel(), row.createdAt(), row.operations(), row.lastEvent());
    }
}
