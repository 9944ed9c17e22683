package io.mmulab.docker;

import org.jspecify.annotations.Nullable;

/** There is no engine, or it does not get the image; the message says why. */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
