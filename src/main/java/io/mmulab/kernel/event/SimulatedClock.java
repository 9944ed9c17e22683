package io.mmulab.kernel.event;

/** A machine's time: simulated nanoseconds since it was made. Costs move it; nothing reads it to decide anything. */
public final class SimulatedClock {
    private long nanoseconds;

    /** Moves time on. */
    public void advance(long ns) {
        nanoseconds += ns;
    }

    /** Simulated nanoseconds since the machine was made. */
    public long now() {
        return nanoseconds;
    }
}
