package io.mmulab.kernel.syscall;

/** A thing that Linux does and this program does not do yet. The machine is unchanged. */
public final class NotSimulatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what, in the caller's words (for example {@code "mmap with MAP_HUGETLB"}). */
    public NotSimulatedException(String what) {
        super(what + " is not simulated yet");
    }
}
