package io.mmulab.history;

/** In which order events are found. */
public enum EventOrder {
    /** By machine, oldest first, and sequence number within it: simulated time. */
    SEQUENCE,
    /** By the time when they were stored, then as {@link #SEQUENCE}. */
    TIME
}
