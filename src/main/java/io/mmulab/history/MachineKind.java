package io.mmulab.history;

/** Who drives a machine. */
public enum MachineKind {
    /** Requests, one operation after the other; it has a journal. */
    INTERACTIVE,
    /** A comparison, from its trace; it has events only. */
    COMPARISON_CELL,
    /** A run of a scenario; it has events only. */
    SCENARIO_CELL
}
