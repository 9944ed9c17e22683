package io.mmulab.lab;

/** Somebody else, in another process, moved or deleted the machine meanwhile. Nothing was stored. */
public final class MachineChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MachineChangedException(String id) {
        super(id);
    }
}
