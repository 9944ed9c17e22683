package io.mmulab.trace.replay;

/** What the device does while a trace of a CPU program is played. The same for each machine of a comparison. */
public enum DeviceWorkload {
    /** Nothing: it is bound and hears notifications, but never accesses memory. */
    NONE("none", "The device is bound and accesses nothing."),
    /** Follows the CPU's faults. */
    MIRROR_READS("mirror-reads",
            "When the CPU has faulted on a page, the device follows 8 records later: it reads the page after a read fault and "
                    + "writes it after a write fault. After a fork it reads again the 16 pages that it wrote last."),
    /** Seeded random accesses. */
    RANDOM("random",
            "At one record in 16, chosen by a seeded generator, the device reads or writes (one in four) one of the 64 pages "
                    + "on which the CPU faulted last.");

    private final String label;
    private final String description;

    DeviceWorkload(String label, String description) {
        this.label = label;
        this.description = description;
    }

    /** As users write it. */
    public String label() {
        return label;
    }

    /** What it does, exactly. */
    public String description() {
        return description;
    }

    DeviceDriver driver(long seed) {
        return switch (this) {
            case NONE -> new DeviceDriver();
            case MIRROR_READS -> new MirrorReads();
            case RANDOM -> new RandomAccesses(seed);
        };
    }
}
