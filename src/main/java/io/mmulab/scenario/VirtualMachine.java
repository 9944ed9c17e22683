package io.mmulab.scenario;

/** A virtual machine that a process of a script has made: it lives as long as a process has a file descriptor of it. */
final class VirtualMachine {
    private final String device;
    private final int mm;
    private int descriptors;

    /**
     * Without descriptors yet.
     *
     * @param device name of the device
     * @param mm the address space that it belongs to: another one may not use it
     */
    VirtualMachine(String device, int mm) {
        this.device = device;
        this.mm = mm;
    }

    String device() {
        return device;
    }

    boolean belongsTo(int addressSpace) {
        return mm == addressSpace;
    }

    void opened() {
        descriptors++;
    }

    /** One descriptor less; whether that was the last. */
    boolean closed() {
        return --descriptors == 0;
    }
}
