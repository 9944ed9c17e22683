package io.mmulab.lab;

/** A request that was understood and can't be done. Nothing was changed. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** A configured limit is exceeded. */
        LIMIT_EXCEEDED,
        /** A named thing (address space, device, file, CPU) is not in the machine. */
        NO_SUCH_OBJECT,
        /** Linux does it, this program does not do it yet. */
        NOT_SIMULATED,
        /** It makes no sense. */
        INVALID_OPERATION,
        /** A device could not be bound. */
        SYSTEM_CALL_FAILED
    }

    private final Reason reason;
    private final String field;

    /** Refuses; {@code field} is the field of the request that it is about, empty for the whole. */
    public RefusedException(Reason reason, String field, String message) {
        super(message);
        this.reason = reason;
        this.field = field;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The field of the request that it is about; empty if it is about the whole. */
    public String field() {
        return field;
    }

    /** The same, about a field of an element of the request. */
    RefusedException within(String element) {
        return new RefusedException(reason, field.isEmpty() ? element : element + "." + field,
                String.valueOf(getMessage()));
    }
}
