package io.mmulab.web;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.secondary.SecondaryMmu;

/**
 * A device.
 *
 * @param addressSpace the one that it is bound to; absent once that was released
 * @param entryCount cached translations
 * @param entries the first of them, in order of address; absent in lists
 * @param truncated whether there are more than are shown
 * @param name unique in the machine
 * @param model name of the device model
 */
record DeviceView(String name, String model, @Nullable Integer addressSpace, int entryCount,
        @Nullable List<CachedEntry> entries, @Nullable Boolean truncated) {

    /**
     * A cached translation.
     *
     * @param address of the page, as the device knows it
     * @param frame number of the page frame that it leads to
     * @param writable whether it lets writes through
     */
    record CachedEntry(@Address long address, int frame, boolean writable) {}

    static DeviceView of(SecondaryMmu device) {
        return new DeviceView(device.name(), device.model(), space(device), device.entryCount(), null, null);
    }

    static DeviceView withEntries(SecondaryMmu device, int limit) {
        List<CachedEntry> entries = new ArrayList<>();
        device.visitEntries(0, -1, (address, frame, writable) -> {
            if (entries.size() < limit) {
                entries.add(new CachedEntry(address, frame, writable));
            }
        });
        return new DeviceView(device.name(), device.model(), space(device), device.entryCount(), entries,
                device.entryCount() > entries.size());
    }

    private static @Nullable Integer space(SecondaryMmu device) {
        var mm = device.boundTo();
        return mm == null ? null : mm.id();
    }
}
