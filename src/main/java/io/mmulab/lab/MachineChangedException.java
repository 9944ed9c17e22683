package io.mmulab.lab;

/** Others, in other processes, moved the machine each time when this one tried. Nothing was stored. */
public final class MachineChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long version;

    MachineChangedException(String id, long version) {
        super(id);
        this.version = version;
    }

    /** Number of its last operation now; 0 if it is gone. */
    public long version() {
        return version;
    }
}
