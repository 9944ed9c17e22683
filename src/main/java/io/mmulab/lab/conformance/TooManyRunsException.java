package io.mmulab.lab.conformance;

/** So many recordings are being compared that another request has to wait for its turn. */
public final class TooManyRunsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyRunsException(int running) {
        super(running + " requests compare recordings already; try again when one is done");
    }
}
