package io.mmulab.kernel.machine;

/** An operation named an address space, device, file or CPU that the machine does not have. The machine is unchanged. */
public final class NoSuchObjectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchObjectException(String what) {
        super(what);
    }
}
