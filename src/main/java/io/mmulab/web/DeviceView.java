package io.mmulab.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Address;
import io.mmulab.kernel.secondary.SecondaryMmu;

/**
 * A device.
 *
 * @param addressSpace the one that it is bound to; absent once that was released
 * @param entryCount cached translations; one of a huge page may be one
 * @param entries the first of them, in order of address, one for each base page; absent in lists
 * @param truncated whether there are more than are shown
 * @param name unique in the machine
 * @param model name of the device model
 * @param counters what it counts about itself, by name: commands, waits, faults; totals since it was attached
 */
record DeviceView(String name, String model, @Nullable Integer addressSpace, int entryCount,
        Map<String, Long> counters, @Nullable List<CachedEntry> entries, @Nullable Boolean truncated) {

    /**
     * A cached translation.
     *
     * @param address of the page, as the device knows it
     * @param frame number of the page frame that it leads to
     * @param writable whether it lets writes through
     */
    record CachedEntry(@Address long address, int frame, boolean writable) {}

    static DeviceView of(SecondaryMmu device) {
        return new DeviceView(device.name(), device.model(), space(device), device.entryCount(), device.counters(),
                null, null);
    }

    static DeviceView withEntries(SecondaryMmu device, int limit) {
        List<CachedEntry> entries = new ArrayList<>();
        int[] pages = {0};
        device.visitEntries(0, -1, (address, frame, writable) -> {
            pages[0]++;
            if (entries.size() < limit) {
                entries.add(new CachedEntry(address, frame, writable));
            }
        });
        return new DeviceView(device.name(), device.model(), space(device), device.entryCount(), device.counters(),
                entries, pages[0] > entries.size());
    }

    private static @Nullable Integer space(SecondaryMmu device) {
        var mm = device.boundTo();
        return mm == null ? null : mm.id();
    }
}
