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
 * @param id sorts by time of creation
 * @param name the user's, if one was given
 * @param architecture name of the architecture
 * @param kernelVersion name of the kernel version
 * @param kernelDesign name of the kernel design
 * @param createdAt when it was made
 */
record MachineView(String id, @Nullable String name, String architecture, String kernelVersion, String kernelDesign,
        @Nullable String devices, Instant createdAt, long operations, long events) {

    static MachineView of(MachineRow row) {
        return new MachineView(row.id(), row.name(), row.architecture(), row.kernelVersion(), row.kernelDesign(),
                row.deviceModel(), row.createdAt(), row.operations(), row.lastEvent());
    }
}
