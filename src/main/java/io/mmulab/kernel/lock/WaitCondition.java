package io.mmulab.kernel.lock;

/** What an actor sleeps for ({@code wait_event}). */
@FunctionalInterface
public interface WaitCondition {
    /** Whether it has come true. */
    boolean holds();
}
