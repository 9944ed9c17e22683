package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.conformance.Comparer.Finding;

/**
 * Compares which pages hold the same frame, across all processes: there must be a one-to-one relation between the
 * recording's frames and the machine's. Where there is none, the pairs that most pages agree with are taken for right.
 */
final class FrameComparer {
    private final Places places;
    private final Map<String, ProcessState> expected;
    private final Map<String, ProcessState> actual;
    private final List<Mapping> mappings = new ArrayList<>();

    /** A page that is present on both sides, with its frame on each. */
    private record Mapping(String process, long address, long expected, long actual) {}

    private record FramePair(long expected, long actual) {}

    FrameComparer(Places places, Map<String, ProcessState> expected, Map<String, ProcessState> actual) {
        this.places = places;
        this.expected = expected;
        this.actual = actual;
    }

    void compare(List<Finding> findings) {
        collect();
        Map<Long, Long> toActual = new HashMap<>();
        Map<Long, Long> toExpected = new HashMap<>();
        for (FramePair pair : byAgreement()) {
            if (!toActual.containsKey(pair.expected) && !toExpected.containsKey(pair.actual)) {
                toActual.put(pair.expected, pair.actual);
                toExpected.put(pair.actual, pair.expected);
            }
        }
        for (Mapping mapping : mappings) {
            Long bound = toActual.get(mapping.expected);
            if (bound == null || bound != mapping.actual) {
                findings.add(new Finding("page.frame", mapping.process + " " + places.address(mapping.address),
                        describe(mapping, true), describe(mapping, false), Rule.FRAMES));
            }
        }
    }

    private void collect() {
        expected.forEach((process, state) -> {
            ProcessState other = actual.get(process);
            if (other != null && other.alive()) {
                state.pages().forEach((address, page) -> {
                    PageState there = other.page(address);
                    if (page.isPresent() && there.isPresent()) {
                        mappings.add(new Mapping(process, address, page.frame(), there.frame()));
                    }
                });
            }
        });
    }

    /** The zero page is itself on both sides; then the pairs of most pages, then of the first page. */
    private List<FramePair> byAgreement() {
        Map<FramePair, Integer> counts = new LinkedHashMap<>();
        counts.put(new FramePair(PageState.ZERO_PAGE, PageState.ZERO_PAGE), Integer.MAX_VALUE);
        for (Mapping mapping : mappings) {
            if (mapping.expected != PageState.ZERO_PAGE || mapping.actual != PageState.ZERO_PAGE) {
                counts.merge(new FramePair(mapping.expected, mapping.actual), 1, Integer::sum);
            }
        }
        List<Map.Entry<FramePair, Integer>> entries = new ArrayList<>(counts.entrySet());
        entries.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        return entries.stream().map(Map.Entry::getKey).toList();
    }

    private String describe(Mapping page, boolean ofExpected) {
        long frame = ofExpected ? page.expected : page.actual;
        if (frame == PageState.ZERO_PAGE) {
            return "the zero page";
        }
        Mapping other = firstOther(page, frame, ofExpected);
        return other == null ? "a frame of its own"
                : "the frame of " + other.process + " " + places.address(other.address);
    }

    private @Nullable Mapping firstOther(Mapping page, long frame, boolean ofExpected) {
        for (Mapping mapping : mappings) {
            if (!mapping.equals(page) && (ofExpected ? mapping.expected : mapping.actual) == frame) {
                return mapping;
            }
        }
        return null;
    }
}
