package io.mmulab.scenario.expect;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What came of playing a case.
 *
 * @param wrong what is not as it should be, with its line; empty if nothing is
 * @param claim whether the claim holds; null if there was none, or the case could not be played to its end
 * @param values the measures of the claim with what they were
 */
public record CaseReport(List<String> wrong, @Nullable Boolean claim, String values) {
    /** The list is copied. */
    public CaseReport {
        wrong = List.copyOf(wrong);
    }
}
