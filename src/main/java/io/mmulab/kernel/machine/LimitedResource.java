package io.mmulab.kernel.machine;

/** What setrlimit limits of memory. */
public enum LimitedResource {
    /** All mappings. */
    RLIMIT_AS,
    /** Private writable mappings and the heap. */
    RLIMIT_DATA,
    /** How far a stack grows. */
    RLIMIT_STACK,
    /** Locked memory, of a process that is not root. */
    RLIMIT_MEMLOCK
}
