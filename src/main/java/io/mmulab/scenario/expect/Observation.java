package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.Outcome;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.scenario.Played;

/** What a line did, or the lines of a step, or all of them. */
final class Observation {
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<SeenEvent> events = new ArrayList<>();
    private final Map<String, Long> counters = new HashMap<>();
    private @Nullable Played played;

    /** Adds what a line did. */
    void add(Observation line) {
        outcomes.addAll(line.outcomes);
        events.addAll(line.events);
        line.counters.forEach((name, by) -> counters.merge(name, by, Long::sum));
        played = line.played == null ? played : line.played;
    }

    void outcome(Outcome outcome) {
        outcomes.add(outcome);
    }

    void seen(List<SeenEvent> rows) {
        events.addAll(rows);
    }

    void played(Played how) {
        played = how;
    }

    /** A counter of a device went up. */
    void counted(String name, long by) {
        counters.merge(name, by, Long::sum);
    }

    List<SeenEvent> events() {
        return events;
    }

    /** How its last line ended; null before the first. */
    @Nullable
    Played played() {
        return played;
    }

    long counter(String name) {
        return counters.getOrDefault(name, 0L);
    }

    /** Faults of CPUs and devices. */
    long faults() {
        return outcomes.stream().mapToLong(Outcome::faultCount).sum();
    }

    /** Simulated nanoseconds. */
    long nanoseconds() {
        return outcomes.stream().mapToLong(Outcome::nanoseconds).sum();
    }

    /** How the last access of a device ended; null if there was none. */
    @Nullable
    AccessStatus status() {
        for (Outcome outcome : outcomes.reversed()) {
            if (outcome.deviceStatus() != null) {
                return outcome.deviceStatus();
            }
        }
        return null;
    }

    /** The last fault; null if there was none. */
    Outcome.@Nullable Fault lastFault() {
        for (Outcome outcome : outcomes.reversed()) {
            if (!outcome.faults().isEmpty()) {
                return outcome.faults().getLast();
            }
        }
        return null;
    }
}
