package io.mmulab.lab;

/** The machine is not in the version that the caller wants to change. Nothing was stored. */
public final class PreconditionFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long version;

    PreconditionFailedException(String machine, long version) {
        super(machine);
        this.version = version;
    }

    /** Number of its last operation. */
    public long version() {
        return version;
    }
}
