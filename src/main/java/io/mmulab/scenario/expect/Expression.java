package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.scenario.expect.Evidence.Scope;

/**
 * What must be so, computed from what was seen: {@code stuck(write) and events(RANGE_START during=upgrade) = 0}. In order of
 * binding: a measure, a number or a word; {@code * + -}; {@code = != < <= > >=}; {@code not}; {@code and}; {@code or};
 * parentheses. What is not 0 is true.
 */
public final class Expression {
    private final String text;
    private final Node root;
    private final List<Call> calls;

    private Expression(String text, Node root, List<Call> calls) {
        this.text = text;
        this.root = root;
        this.calls = List.copyOf(calls);
    }

    /** A part of an expression. */
    @FunctionalInterface
    interface Node {
        Value value(Evidence evidence, Scope scope);
    }

    /** A measure with its arguments. */
    record Call(String text, Measure measure, Measure.Arguments arguments) implements Node {
        @Override
        public Value value(Evidence evidence, Scope scope) {
            return measure.of(arguments, evidence, scope);
        }
    }

    /**
     * Reads an expression.
     *
     * @param line of the script, for messages
     * @throws io.mmulab.scenario.ScriptException naming the line
     */
    public static Expression parse(int line, String text) {
        List<Call> calls = new ArrayList<>();
        Node root = new ExpressionParser(line, text, calls).parse();
        return new Expression(text.strip(), root, calls);
    }

    /** Whether it is so. */
    boolean holds(Evidence evidence, Scope scope) {
        return root.value(evidence, scope).isTrue();
    }

    /** The measures in it with what they are, for a reader. */
    String values(Evidence evidence, Scope scope) {
        List<String> values = new ArrayList<>();
        for (Call call : calls) {
            String one = call.text() + " is " + call.value(evidence, scope).text();
            if (!values.contains(one)) {
                values.add(one);
            }
        }
        return String.join(", ", values);
    }

    /** Whether it says how a line fails, so that failing is no mistake of its own. */
    boolean isAboutFailure() {
        return calls.stream().anyMatch(call -> call.measure().isAboutFailure());
    }

    /** The steps that it names. */
    public List<String> steps() {
        return calls.stream().map(call -> call.arguments().step()).filter(java.util.Objects::nonNull).distinct()
                .toList();
    }

    @Override
    public String toString() {
        return text;
    }
}
