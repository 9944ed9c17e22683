package io.mmulab.scenario.catalogue;

import java.util.Collection;

/** What a kernel design makes of a claim. */
public enum Verdict {
    /** It holds on every machine of the scenario. */
    TRUE("true"),
    /** It holds on none. */
    REFUTED("refuted"),
    /** It holds on some: it depends on the architecture or on the device. */
    DEPENDS("depends"),
    /** No machine could decide it. */
    UNDECIDED("undecided");

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    /** As users read it. */
    public String label() {
        return label;
    }

    /** The verdict of several machines; those that could not decide do not count. */
    static Verdict of(Collection<Boolean> decided) {
        if (decided.isEmpty()) {
            return UNDECIDED;
        }
        boolean some = decided.contains(true);
        return some && decided.contains(false) ? DEPENDS : some ? TRUE : REFUTED;
    }
}
