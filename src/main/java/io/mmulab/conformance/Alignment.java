package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

import org.jspecify.annotations.Nullable;

/** Matches two sequences so that the differences are as few as can be: one that is missing is one difference. */
final class Alignment {
    /** Larger tables are not made: what differs in the middle is matched by position instead. */
    private static final long MAX_CELLS = 4_000_000;
    private static final double SKIP = 1;

    private Alignment() {}

    /** Two that belong together, or one that has no partner. */
    record Pair<T>(@Nullable T expected, @Nullable T actual) {}

    /**
     * Aligns them.
     *
     * @param cost 0 for equal, less than 2 for what may be matched, else never matched
     */
    static <T> List<Pair<T>> of(List<T> expected, List<T> actual, ToDoubleBiFunction<T, T> cost) {
        int head = 0;
        while (head < expected.size() && head < actual.size() && expected.get(head).equals(actual.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < expected.size() - head && tail < actual.size() - head
                && expected.get(expected.size() - 1 - tail).equals(actual.get(actual.size() - 1 - tail))) {
            tail++;
        }
        List<Pair<T>> pairs = new ArrayList<>();
        for (int i = 0; i < head; i++) {
            pairs.add(new Pair<>(expected.get(i), actual.get(i)));
        }
        pairs.addAll(middle(expected.subList(head, expected.size() - tail),
                actual.subList(head, actual.size() - tail), cost));
        for (int i = tail; i > 0; i--) {
            pairs.add(new Pair<>(expected.get(expected.size() - i), actual.get(actual.size() - i)));
        }
        return pairs;
    }

    private static <T> List<Pair<T>> middle(List<T> expected, List<T> actual, ToDoubleBiFunction<T, T> cost) {
        int rows = expected.size();
        int columns = actual.size();
        if ((long) rows * columns > MAX_CELLS) {
            return byPosition(expected, actual, cost);
        }
        double[][] best = new double[rows + 1][columns + 1];
        for (int i = rows; i >= 0; i--) {
            for (int j = columns; j >= 0; j--) {
                best[i][j] = cell(best, i, j, expected, actual, cost);
            }
        }
        return path(best, expected, actual, cost);
    }

    private static <T> double cell(double[][] best, int i, int j, List<T> expected, List<T> actual,
            ToDoubleBiFunction<T, T> cost) {
        if (i == expected.size()) {
            return (actual.size() - j) * SKIP;
        }
        if (j == actual.size()) {
            return (expected.size() - i) * SKIP;
        }
        double skip = SKIP + Math.min(best[i + 1][j], best[i][j + 1]);
        return Math.min(skip, best[i + 1][j + 1] + cost.applyAsDouble(expected.get(i), actual.get(j)));
    }

    private static <T> List<Pair<T>> path(double[][] best, List<T> expected, List<T> actual,
            ToDoubleBiFunction<T, T> cost) {
        List<Pair<T>> pairs = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < expected.size() || j < actual.size()) {
            boolean both = i < expected.size() && j < actual.size();
            if (both && best[i][j] == best[i + 1][j + 1] + cost.applyAsDouble(expected.get(i), actual.get(j))) {
                pairs.add(new Pair<>(expected.get(i++), actual.get(j++)));
            } else if (i < expected.size() && (j == actual.size() || best[i][j] == SKIP + best[i + 1][j])) {
                pairs.add(new Pair<>(expected.get(i++), null));
            } else {
                pairs.add(new Pair<>(null, actual.get(j++)));
            }
        }
        return pairs;
    }

    private static <T> List<Pair<T>> byPosition(List<T> expected, List<T> actual, ToDoubleBiFunction<T, T> cost) {
        List<Pair<T>> pairs = new ArrayList<>();
        int both = Math.min(expected.size(), actual.size());
        for (int i = 0; i < both; i++) {
            T one = expected.get(i);
            T other = actual.get(i);
            if (cost.applyAsDouble(one, other) < 2 * SKIP) {
                pairs.add(new Pair<>(one, other));
            } else {
                Collections.addAll(pairs, new Pair<>(one, null), new Pair<>(null, other));
            }
        }
        for (int i = both; i < expected.size(); i++) {
            pairs.add(new Pair<>(expected.get(i), null));
        }
        for (int i = both; i < actual.size(); i++) {
            pairs.add(new Pair<>(null, actual.get(i)));
        }
        return pairs;
    }
}
