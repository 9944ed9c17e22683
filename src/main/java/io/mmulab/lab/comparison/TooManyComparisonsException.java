package io.mmulab.lab.comparison;

/** So many comparisons wait for their turn that another one is refused. */
public final class TooManyComparisonsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** So many wait. */
    public TooManyComparisonsException(int waiting) {
        super(waiting + " comparisons are waiting already; try again when one is done, or cancel one");
    }
}
