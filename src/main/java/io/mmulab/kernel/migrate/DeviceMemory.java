package io.mmulab.kernel.migrate;

import java.util.HashMap;
import java.util.Map;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;

/**
 * {@code struct dev_pagemap}: memory of devices that CPUs cannot reach. Its pages are frames of the machine with an owner; they
 * go back to nobody's when the last reference is gone.
 */
public final class DeviceMemory {
    private final Frames frames;
    private final Map<Integer, Driver> drivers = new HashMap<>();

    /** For one machine. */
    public DeviceMemory(Frames frames) {
        this.frames = frames;
    }

    /** {@code struct dev_pagemap_ops}: a driver's side. */
    @FunctionalInterface
    public interface Driver {
        /** A page leaves the device's memory: what the device has mapped at the address must go. */
        void pageLeaves(AddressSpace mm, long address);
    }

    /** {@code memremap_pages}: a device has memory from now on. */
    public void add(int device, Driver driver) {
        drivers.put(device, driver);
    }

    /** {@code memunmap_pages}: after all pages have left. */
    public void remove(int device) {
        drivers.remove(device);
    }

    /** {@code zone_device_page_init}: a page with one reference, or {@link Frames#NO_FRAME}. */
    int allocate(int device) {
        int frame = frames.alloc(Frames.SWAPBACKED);
        if (frame != Frames.NO_FRAME) {
            frames.setDeviceOwner(frame, device);
        }
        return frame;
    }

    void leaves(int device, AddressSpace mm, long address) {
        Driver driver = drivers.get(device);
        if (driver != null) {
            driver.pageLeaves(mm, address);
        }
    }
}
