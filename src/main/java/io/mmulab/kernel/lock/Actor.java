package io.mmulab.kernel.lock;

/**
 * The one who runs kernel code: a CPU thread, a device's fault handler, a background worker. Knows which locks it holds.
 * Locks of a kind nest by count. An explorer subclasses it to block on locks and to switch actors at each step.
 */
public class Actor {
    /**
     * How many locks are held: one word, which a fault keeps in a register. A kind's count that grew out of its bits would
     * carry into the next, so the word as a whole is not zero unless as many were released as were taken.
     */
    private long held;

    /** Another actor could come in here. Empty in ordinary runs. */
    public void step(@SuppressWarnings("unused") Step step) {}

    /**
     * {@code wait_event}: sleeps until a condition holds, while other actors run.
     *
     * @return false if it never will: an ordinary run has no other actor
     */
    public boolean waitFor(WaitCondition condition) {
        return condition.holds();
    }

    /** Takes a lock. */
    public final void lock(LockKind kind) {
        step(Step.LOCK);
        held += kind.one();
    }

    /** Releases a lock that this actor holds. */
    public final void unlock(LockKind kind) {
        if ((held & kind.mask()) == 0) {
            throw new IllegalStateException(kind + " is not held");
        }
        held -= kind.one();
        step(Step.UNLOCK);
    }

    /** Whether a spinlock is held, so that nothing may sleep. */
    public final boolean inAtomic() {
        return (held & LockKind.PTL.mask()) != 0;
    }

    /** Whether any lock is held: must be false when an operation returns. */
    public final boolean holdsAny() {
        return held != 0;
    }
}
