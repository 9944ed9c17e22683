package io.mmulab.kernel.event;

/** Totals over a machine's event rows, kept while they are written, so that a report and a count of the rows agree. */
public final class EventCounts {
    private final long[] calls = new long[Phase.values().length];
    private final long[] violations = new long[ViolationKind.values().length];
    private long entriesDropped;
    private long spuriousZaps;
    private long deviceFaults;
    private long refaults;
    private long stuck;
    private long rows;

    void add(Phase phase, int subscriber, @org.jspecify.annotations.Nullable Reaction reaction, int entries,
            @org.jspecify.annotations.Nullable ViolationKind violation) {
        rows++;
        if (subscriber == EventSink.NO_SUBSCRIBER) {
            calls[phase.ordinal()]++;
        }
        if (violation != null) {
            violations[violation.ordinal()]++;
        }
        switch (phase) {
            case SPURIOUS_ZAP -> spuriousZaps += entries;
            case DEVICE_FAULT -> {
                deviceFaults += entries;
                refaults += reaction == Reaction.REFAULTED ? 1 : 0;
                stuck += reaction == Reaction.STUCK ? 1 : 0;
            }
            default -> entriesDropped += reaction == Reaction.DROPPED ? entries : 0;
        }
    }

    /** Calls (rows without a subscriber) of a phase. */
    public long calls(Phase phase) {
        return calls[phase.ordinal()];
    }

    /** Calls into the mmu notifier machinery. */
    public long notifierCalls() {
        long sum = 0;
        for (Phase phase : Phase.values()) {
            sum += phase.isNotifierCall() ? calls(phase) : 0;
        }
        return sum;
    }

    /** Violations of a kind. */
    public long violations(ViolationKind kind) {
        return violations[kind.ordinal()];
    }

    /** Cached entries that subscribers dropped. */
    public long entriesDropped() {
        return entriesDropped;
    }

    /** Dropped entries that were still right. */
    public long spuriousZaps() {
        return spuriousZaps;
    }

    /** Faults that devices took. */
    public long deviceFaults() {
        return deviceFaults;
    }

    /** Device accesses that faulted because of a spurious zap. */
    public long refaults() {
        return refaults;
    }

    /** Device accesses that gave up. */
    public long stuck() {
        return stuck;
    }

    /** All rows. */
    public long rows() {
        return rows;
    }
}
