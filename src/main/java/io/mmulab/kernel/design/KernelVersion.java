package io.mmulab.kernel.design;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What differs between releases of Linux beside the notifier design: a set of rules.
 *
 * @param name as users write it
 * @param release {@code 100 * major + minor}
 * @param rules what this release does that others do not
 */
public record KernelVersion(String name, int release, Set<VersionRule> rules) {

    /** Linux 6.1. */
    public static final KernelVersion V6_1 = of("6.1", 601);

    /** Linux 6.3. */
    public static final KernelVersion V6_3 = of("6.3", 603);

    /** Linux 6.6. */
    public static final KernelVersion V6_6 = of("6.6", 606);

    /** Linux 6.12. */
    public static final KernelVersion V6_12 = of("6.12", 612);

    /** Linux 6.12 as it was released; {@link #V6_12} is the recorded 6.12.117 with its fixes. */
    public static final KernelVersion V6_12_0 = V6_12.with("6.12.0", VersionRule.CONTPTE_COMPARES_BLOCK_AS_ONE);

    /** Linux 7.3. */
    public static final KernelVersion V7_3 = of("7.3", 703);

    /** All presets, oldest first. */
    public static final List<KernelVersion> PRESETS = List.of(V6_1, V6_3, V6_6, V6_12_0, V6_12, V7_3);

    /** The rules are copied. */
    public KernelVersion {
        rules = Set.copyOf(rules);
    }

    private static KernelVersion of(String name, int release) {
        return new KernelVersion(name, release,
                Arrays.stream(VersionRule.values()).filter(rule -> rule.holdsIn(release))
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(VersionRule.class))));
    }

    private KernelVersion with(String other, VersionRule defect) {
        Set<VersionRule> more = EnumSet.of(defect);
        more.addAll(rules);
        return new KernelVersion(other, release, more);
    }

    /** Whether this release is among those that follow a rule of an architecture. */
    public boolean isIn(Releases releases) {
        return releases.contains(release);
    }

    /** Whether this release follows a rule. */
    public boolean has(VersionRule rule) {
        return rules.contains(rule);
    }
}
