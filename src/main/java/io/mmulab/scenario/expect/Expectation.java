package io.mmulab.scenario.expect;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.scenario.Played;
import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.expect.Evidence.Scope;

/**
 * What must be so after a line.
 *
 * @param expression null where it is about the state, or about how the line failed
 */
record Expectation(List<String> words, @Nullable Expression expression) {

    /** @throws ScriptException naming the line */
    static Expectation parse(int line, String text) {
        List<String> words = List.of(text.strip().split("\\s+"));
        if (StateExpectation.isOne(words)) {
            StateExpectation.check(line, words);
            return new Expectation(words, null);
        }
        return new Expectation(words, Expression.parse(line, text));
    }

    /** Whether it says that the line fails, and how. */
    boolean isAboutFailure() {
        return expression == null ? StateExpectation.isAboutFailure(words) : expression.isAboutFailure();
    }

    /** How it is broken, or null. */
    @Nullable
    String broken(Evidence evidence, Played played) {
        if (expression == null) {
            return new StateExpectation(evidence, played, words).broken();
        }
        return expression.holds(evidence, Scope.LINE) ? null : expression.values(evidence, Scope.LINE);
    }

    /** As written. */
    String text() {
        return String.join(" ", words);
    }
}
