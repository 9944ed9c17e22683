package io.mmulab.history;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/** Counts over the rows of a chunk, which itself is used again for the next rows. */
final class ChunkCounts {
    private static final Phase[] PHASES = Phase.values();
    private static final EventType[] TYPES = EventType.values();

    private final int rows;
    private final int[][] events = new int[PHASES.length][TYPES.length + 1];
    private final int[] reactions = new int[Reaction.values().length];
    private final int[] violations = new int[ViolationKind.values().length];
    private long spuriousZaps;

    ChunkCounts(EventColumns chunk) {
        rows = chunk.size();
        for (int i = 0; i < rows; i++) {
            add(chunk.phase(i), chunk.type(i), chunk.reaction(i), chunk.violation(i), chunk.entries(i));
        }
    }

    private void add(Phase phase, @Nullable EventType type, @Nullable Reaction reaction,
            @Nullable ViolationKind violation, int entries) {
        events[phase.ordinal()][type == null ? TYPES.length : type.ordinal()]++;
        if (reaction != null) {
            reactions[reaction.ordinal()]++;
        }
        if (violation != null) {
            violations[violation.ordinal()]++;
        }
        if (phase == Phase.SPURIOUS_ZAP) {
            spuriousZaps += entries;
        }
    }

    int rows() {
        return rows;
    }

    int reactions(Reaction reaction) {
        return reactions[reaction.ordinal()];
    }

    int violations(ViolationKind kind) {
        return violations[kind.ordinal()];
    }

    /** Entries, not rows. */
    long spuriousZaps() {
        return spuriousZaps;
    }

    /** Gives the counts that are not zero. */
    void forEachEvent(Consumer consumer) {
        for (Phase phase : PHASES) {
            for (int type = 0; type <= TYPES.length; type++) {
                int count = events[phase.ordinal()][type];
                if (count > 0) {
                    consumer.accept(phase, type == TYPES.length ? null : TYPES[type], count);
                }
            }
        }
    }

    /** Takes one count. */
    @FunctionalInterface
    interface Consumer {
        /** Rows of a phase and a type. */
        void accept(Phase phase, @Nullable EventType type, int count);
    }
}
