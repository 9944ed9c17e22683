package io.mmulab.history;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/**
 * What a stored event is, all but its place and time: a row of {@code event_kind}.
 *
 * @param id given by the database
 */
record EventKind(int id, Phase phase, @Nullable EventType type, boolean blockable, Cause cause,
        @Nullable Reaction reaction, @Nullable ViolationKind violation) {

    /** All but the id in one word: what is unique. The migrations write the same. */
    static String name(Phase phase, @Nullable EventType type, boolean blockable, Cause cause,
            @Nullable Reaction reaction, @Nullable ViolationKind violation) {
        return phase + "|" + orEmpty(type) + "|" + (blockable ? "Y" : "N") + "|" + cause + "|" + orEmpty(reaction) + "|"
                + orEmpty(violation);
    }

    private static String orEmpty(@Nullable Enum<?> value) {
        return value == null ? "" : value.name();
    }

    boolean matches(EventFilter filter) {
        return in(filter.phases(), phase) && in(filter.types(), type) && in(filter.causes(), cause)
                && in(filter.reactions(), reaction) && in(filter.violations(), violation);
    }

    private static boolean in(java.util.Set<?> wanted, @Nullable Object value) {
        return wanted.isEmpty() || (value != null && wanted.contains(value));
    }
}
