package io.mmulab.conformance;

import java.io.IOException;

/** An archive holds, or expands to, more than is read. */
public final class ArchiveTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveTooLargeException(String what) {
        super("the archive has " + what);
    }
}
