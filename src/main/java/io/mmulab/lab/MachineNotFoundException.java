package io.mmulab.lab;

/** There is no machine of this id. */
public final class MachineNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MachineNotFoundException(String id) {
        super(id);
    }
}
