package io.mmulab.conformance;

/** Recordings took more than may be spent on them. */
public final class BudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BudgetExceededException(String message) {
        super(message);
    }
}
