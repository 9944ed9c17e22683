package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.expect.Expression.Call;
import io.mmulab.scenario.expect.Expression.Node;

/** Recursive descent over the words of one expression. */
final class ExpressionParser {
    /** Deepest nesting of parentheses and {@code not}. */
    private static final int MOST_DEPTH = 32;
    private static final Pattern TOKEN =
            Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.]*\\([^()]*\\)|[A-Za-z0-9_.:-]+|!=|<=|>=|[=<>+*()-])");
    private static final Set<String> COMPARISONS = Set.of("=", "!=", "<", "<=", ">", ">=");

    private final int line;
    private final List<String> tokens = new ArrayList<>();
    private final List<Call> calls;
    private int at;
    private int depth;
    /** Whether a word that is no measure is a value: behind an equals sign only, so that misspelt measures are found. */
    private boolean wordsExpected;

    ExpressionParser(int line, String text, List<Call> calls) {
        this.line = line;
        this.calls = calls;
        Matcher matcher = TOKEN.matcher(text.strip());
        int end = 0;
        while (end < matcher.regionEnd()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new ScriptException(line, "not understood: " + text.strip().substring(end));
            }
            tokens.add(matcher.group(1));
            end = matcher.end();
        }
    }

    Node parse() {
        Node root = or();
        if (at < tokens.size()) {
            throw new ScriptException(line, "not expected: " + tokens.get(at));
        }
        return root;
    }

    private boolean take(String token) {
        if (at < tokens.size() && tokens.get(at).equals(token)) {
            at++;
            return true;
        }
        return false;
    }

    private Node or() {
        Node left = and();
        while (take("or")) {
            Node first = left;
            Node second = and();
            left = (evidence, scope) -> Value
                    .of(first.value(evidence, scope).isTrue() || second.value(evidence, scope).isTrue());
        }
        return left;
    }

    private Node and() {
        Node left = not();
        while (take("and")) {
            Node first = left;
            Node second = not();
            left = (evidence, scope) -> Value
                    .of(first.value(evidence, scope).isTrue() && second.value(evidence, scope).isTrue());
        }
        return left;
    }

    private Node not() {
        if (!take("not")) {
            return comparison();
        }
        deeper();
        Node negated = not();
        depth--;
        return (evidence, scope) -> Value.of(!negated.value(evidence, scope).isTrue());
    }

    private Node comparison() {
        Node left = sum();
        if (at == tokens.size() || !COMPARISONS.contains(tokens.get(at))) {
            return left;
        }
        String operator = tokens.get(at++);
        wordsExpected = operator.equals("=") || operator.equals("!=");
        Node right = sum();
        wordsExpected = false;
        return (evidence, scope) -> Value
                .of(compare(operator, left.value(evidence, scope), right.value(evidence, scope)));
    }

    private static boolean compare(String operator, Value left, Value right) {
        boolean words = left.word() != null || right.word() != null;
        int order = words ? left.text().compareTo(right.text()) : Long.compare(left.number(), right.number());
        return switch (operator) {
            case "=" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private Node sum() {
        Node left = product();
        while (at < tokens.size() && (tokens.get(at).equals("+") || tokens.get(at).equals("-"))) {
            int sign = tokens.get(at++).equals("+") ? 1 : -1;
            Node first = left;
            Node second = product();
            left = (evidence, scope) -> Value
                    .of(first.value(evidence, scope).number() + sign * second.value(evidence, scope).number());
        }
        return left;
    }

    private Node product() {
        Node left = atom();
        while (take("*")) {
            Node first = left;
            Node second = atom();
            left = (evidence, scope) -> Value
                    .of(first.value(evidence, scope).number() * second.value(evidence, scope).number());
        }
        return left;
    }

    private Node atom() {
        if (at == tokens.size()) {
            throw new ScriptException(line, "the expression ends too early");
        }
        String token = tokens.get(at++);
        if (token.equals("(")) {
            deeper();
            Node inner = or();
            depth--;
            if (!take(")")) {
                throw new ScriptException(line, "a parenthesis is not closed");
            }
            return inner;
        }
        return word(token);
    }

    private void deeper() {
        if (++depth > MOST_DEPTH) {
            throw new ScriptException(line, "nested deeper than " + MOST_DEPTH);
        }
    }

    private Node word(String token) {
        if (token.matches("[0-9]{1,18}")) {
            Value number = Value.of(Long.parseLong(token));
            return (evidence, scope) -> number;
        }
        int open = token.indexOf('(');
        String name = open < 0 ? token : token.substring(0, open);
        Measure measure = Measure.find(name);
        if (measure == null) {
            if (open >= 0 || !wordsExpected || !Character.isLetter(token.charAt(0))) {
                throw new ScriptException(line, "there is no measure " + name + "; there are " + Measure.names());
            }
            Value word = Value.of(token);
            return (evidence, scope) -> word;
        }
        String arguments = open < 0 ? "" : token.substring(open + 1, token.length() - 1).strip();
        Call call = new Call(token, measure,
                measure.arguments(line, arguments.isEmpty() ? List.of() : List.of(arguments.split("\\s+"))));
        calls.add(call);
        return call;
    }
}
