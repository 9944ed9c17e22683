package io.mmulab.lab;

import org.jspecify.annotations.Nullable;

/** Folding a machine's journal did not give the state that was recorded: the program or the journal was changed. */
public final class JournalMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalMismatchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
