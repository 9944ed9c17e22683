package io.mmulab.lab.definition;

/** A preset or another definition of the kind has the name: a name means one thing for ever, unless it is deleted. */
public final class NameTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NameTakenException(String message) {
        super(message);
    }
}
