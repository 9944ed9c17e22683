package io.mmulab.lab.comparison;

import org.jspecify.annotations.Nullable;

/** A comparison could not be finished; nothing of it was kept. */
public final class ComparisonFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For a reason that the caller can read. */
    public ComparisonFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
