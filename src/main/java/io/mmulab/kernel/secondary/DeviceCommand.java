package io.mmulab.kernel.secondary;

/** What a device with memory of its own can be asked to do with a range: the commands of {@code lib/test_hmm.c}. */
public enum DeviceCommand {
    /** Reads all pages; answers how many. */
    READ,
    /** Writes a byte all over all pages; answers how many. */
    WRITE,
    /** Says of each page what the process has mapped, without a fault. */
    SNAPSHOT,
    /** Moves the pages to the device's memory; answers how many it can read there, or -ENOENT if one is not there. */
    MIGRATE,
    /** Brings the pages back; answers how many. */
    MIGRATE_BACK,
    /** Takes all pages for the device alone; answers how many, or -EBUSY if one could not be had. */
    EXCLUSIVE,
    /** -EPERM if the device has one of the pages for itself. */
    CHECK_EXCLUSIVE,
    /** Adds to a byte of each page atomically, which the device takes for itself if it has not; answers how many. */
    ATOMIC,
    /** Empties the device's memory, whoever has mapped it. */
    EVICT
}
