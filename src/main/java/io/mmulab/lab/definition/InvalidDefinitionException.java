package io.mmulab.lab.definition;

import java.util.List;

/** A definition has fields that can't be what they are. Nothing was stored. */
public final class InvalidDefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<DefinitionError> errors;

    InvalidDefinitionException(List<DefinitionError> errors) {
        super(errors.size() + " errors");
        this.errors = List.copyOf(errors);
    }

    /** All that was found, in the order of the fields. */
    public List<DefinitionError> errors() {
        return errors;
    }
}
