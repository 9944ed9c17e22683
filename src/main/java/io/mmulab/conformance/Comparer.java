package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.mmulab.conformance.Alignment.Pair;

/**
 * Compares what a machine did with what a kernel did, operation by operation. A difference of state that is there already
 * after the operation before is not said again.
 */
final class Comparer {
    /** The cost of matching what has nothing in common. */
    private static final double NEVER = 3;

    private final Places places;
    private Set<Finding> standing = new HashSet<>();

    Comparer(Places places) {
        this.places = places;
    }

    /** A difference, yet without the operation that it is of. */
    record Finding(String field, String where, @Nullable String expected, @Nullable String actual, Rule rule) {
        Difference of(String recording, int operation, String op) {
            return new Difference(recording, operation, op, field, where, expected, actual, rule.text());
        }
    }

    /** All differences of one operation, in the order result, events, VMAs, pages, frames. */
    List<Finding> compare(OperationResult expected, OperationResult actual) {
        List<Finding> findings = new ArrayList<>();
        fields(expected.fields(), actual.fields(), false, findings);
        boolean threadReturns = expected.fields().containsKey("uffd");
        events(threadReturns ? withoutReturns(expected.events()) : expected.events(),
                threadReturns ? withoutReturns(actual.events()) : actual.events(), findings);
        List<Finding> state = new ArrayList<>();
        fields(expected.fields(), actual.fields(), true, state);
        states(expected.states(), actual.states(), state);
        for (Finding finding : state) {
            if (!standing.contains(finding)) {
                findings.add(finding);
            }
        }
        standing = new HashSet<>(state);
        return findings;
    }

    /** The pool's counters are state; the rest belongs to the operation. */
    private static void fields(Map<String, String> expected, Map<String, String> actual, boolean pool,
            List<Finding> findings) {
        Set<String> keys = new TreeSet<>(expected.keySet());
        keys.addAll(actual.keySet());
        for (String key : keys) {
            boolean ofPool = key.startsWith("hugepages.");
            if (ofPool == pool && !(ofPool && !expected.containsKey(key))) {
                differ(key, expected.get(key), actual.get(key), ofPool ? Rule.POOL : Rule.RESULT, findings);
            }
        }
    }

    private static void differ(String field, @Nullable String expected, @Nullable String actual, Rule rule,
            List<Finding> findings) {
        if (expected == null ? actual != null : !expected.equals(actual)) {
            findings.add(new Finding(field, "", expected, actual, rule));
        }
    }

    // --- events ---

    /**
     * Where the userfaultfd thread took part: a return carries no address, so that those of the thread's own faults, which
     * are not recorded, stand in the places of the others.
     */
    private static List<Event> withoutReturns(List<Event> events) {
        return events.stream().filter(event -> !event.name().equals("hmf_ret")).toList();
    }

    private static void events(List<Event> expected, List<Event> actual, List<Finding> findings) {
        for (Pair<Event> pair : Alignment.of(expected, actual, Comparer::cost)) {
            Event one = pair.expected();
            Event other = pair.actual();
            if (one != null && other != null) {
                attributes(one, other, findings);
            } else if (one != null) {
                findings.add(new Finding(one.name(), "", one.toString(), null, Rule.EVENTS));
            } else if (other != null) {
                findings.add(new Finding(other.name(), "", null, other.toString(), Rule.EVENTS));
            }
        }
    }

    private static double cost(Event one, Event other) {
        if (!one.name().equals(other.name())) {
            return NEVER;
        }
        int distance = one.distance(other);
        return distance == 0 ? 0 : Math.min(1.9, 0.7 + 0.3 * distance);
    }

    private static void attributes(Event expected, Event actual, List<Finding> findings) {
        for (String key : expected.keys(actual)) {
            String one = expected.attributes().get(key);
            String other = actual.attributes().get(key);
            if (one == null ? other != null : !one.equals(other)) {
                findings.add(new Finding(expected.name() + "." + key, expected.toString(), one, other, Rule.EVENTS));
            }
        }
    }

    // --- state ---

    private void states(Map<String, ProcessState> expected, Map<String, ProcessState> actual, List<Finding> findings) {
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        for (String name : names) {
            ProcessState one = expected.getOrDefault(name, ProcessState.DEAD);
            ProcessState other = actual.getOrDefault(name, ProcessState.DEAD);
            if (one.alive() != other.alive()) {
                findings.add(new Finding("process", name, one.alive() ? "alive" : "dead",
                        other.alive() ? "alive" : "dead", Rule.RESULT));
            } else if (one.alive()) {
                vmas(name, one.vmas(), other.vmas(), findings);
                new PageComparer(places, name, findings).compare(one, other);
            }
        }
        new FrameComparer(places, expected, actual).compare(findings);
    }

    private static void vmas(String process, List<VmaState> expected, List<VmaState> actual, List<Finding> findings) {
        for (Pair<VmaState> pair : Alignment.of(expected, actual, Comparer::cost)) {
            VmaState one = pair.expected();
            VmaState other = pair.actual();
            if (one != null && other != null) {
                attributes(process, one, other, findings);
            } else if (one != null) {
                findings.add(new Finding("vma", process, one.attributes().toString(), null, Rule.VMAS));
            } else if (other != null) {
                findings.add(new Finding("vma", process, null, other.attributes().toString(), Rule.VMAS));
            }
        }
    }

    private static double cost(VmaState one, VmaState other) {
        if (one.start() == other.start() && one.end() == other.end()) {
            return one.attributes().equals(other.attributes()) ? 0 : 0.5;
        }
        return one.start() < other.end() && other.start() < one.end() ? 1 : NEVER;
    }

    private static void attributes(String process, VmaState expected, VmaState actual, List<Finding> findings) {
        Set<String> keys = new TreeSet<>(expected.attributes().keySet());
        keys.addAll(actual.attributes().keySet());
        String place = process + " " + actual.attributes().get("range");
        for (String key : keys) {
            String absent = key.startsWith("kb.") ? "0" : "";
            String one = expected.attributes().getOrDefault(key, absent);
            String other = actual.attributes().getOrDefault(key, absent);
            if (!one.equals(other)) {
                findings.add(new Finding("vma." + key, place, one, other, Rule.VMAS));
            }
        }
    }
}
