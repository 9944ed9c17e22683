package io.mmulab.trace.replay;

import io.mmulab.kernel.secondary.SecondaryMmu;

/** Drives a device along with a trace. This one does nothing. */
class DeviceDriver {
    private static final byte DEVICE_BYTE = (byte) 0xd0;
    private long accesses;

    /** The CPU faulted on a page of the device's address space. */
    void cpuFaulted(long page, boolean write) {}

    /** The device's address space was forked. */
    void forked() {}

    /** A record was played: time to act. */
    void tick(SecondaryMmu device) {}

    /** The device is bound to a new address space: old addresses mean nothing. */
    void rebound() {}

    final void access(SecondaryMmu device, long page, boolean write) {
        accesses++;
        device.access(page, write, DEVICE_BYTE);
    }

    /** Accesses so far. */
    final long accesses() {
        return accesses;
    }
}
