package io.mmulab.conformance;

import java.time.Duration;

/** What may be spent on recordings of one request: operations of machines, and time. */
public final class Budget {
    private final long deadline;
    private long operations;

    private Budget(long deadline, long operations) {
        this.deadline = deadline;
        this.operations = operations;
    }

    /** So many operations of machines, and so long from now. */
    public static Budget of(long operations, Duration time) {
        return new Budget(System.nanoTime() + time.toNanos(), operations);
    }

    /** As much as it takes. */
    public static Budget unlimited() {
        return of(Long.MAX_VALUE, Duration.ofDays(365));
    }

    /** Takes one operation from it. */
    void spend() {
        if (--operations < 0) {
            throw new BudgetExceededException("more operations of machines than one request may take");
        }
        if (System.nanoTime() - deadline > 0) {
            throw new BudgetExceededException("more time than one request may take");
        }
    }
}
