package io.mmulab.lab.comparison;

import org.jspecify.annotations.Nullable;

/** A comparison could not be finished; nothing of it was kept. */
public final class ComparisonFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ComparisonFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
