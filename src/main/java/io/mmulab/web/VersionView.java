package io.mmulab.web;

import java.util.List;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;

/**
 * A kernel version.
 *
 * @param name as requests write it
 * @param rules what this release does that others do not
 */
record VersionView(String name, List<RuleView> rules) {

    /**
     * One thing that some releases do and others do not.
     *
     * @param name of the rule
     * @param rule what the release does
     * @param source the function, document or recording that says so
     */
    record RuleView(VersionRule name, String rule, String source) {}

    static VersionView of(KernelVersion version) {
        return new VersionView(version.name(), version.rules().stream().sorted()
                .map(rule -> new RuleView(rule, rule.rule(), rule.source())).toList());
    }
}
