package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

import io.mmulab.conformance.Comparer.Finding;

/** Compares the pages of one process; neighbours that differ in the same way are one difference. */
final class PageComparer {
    private static final int BASE_PAGE = 4096;

    private final Places places;
    private final String process;
    private final List<Finding> findings;
    private final Map<String, Run> open = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();

    /** Neighbouring pages of which one field differs in the same way. */
    private static final class Run {
        private final String field;
        private final String expected;
        private final String actual;
        private final long start;
        private long end;

        Run(String field, String expected, String actual, long start) {
            this.field = field;
            this.expected = expected;
            this.actual = actual;
            this.start = start;
            this.end = start + BASE_PAGE;
        }
    }

    PageComparer(Places places, String process, List<Finding> findings) {
        this.places = places;
        this.process = process;
        this.findings = findings;
    }

    void compare(ProcessState expected, ProcessState actual) {
        NavigableSet<Long> addresses = new TreeSet<>(expected.pages().keySet());
        addresses.addAll(actual.pages().keySet());
        for (long address : addresses) {
            PageState one = expected.page(address);
            PageState other = actual.page(address);
            if (!one.equals(other)) {
                compare(address, one, other);
            }
        }
        for (Run run : runs) {
            findings.add(new Finding("page." + run.field, process + " " + places.range(run.start, run.end),
                    run.expected, run.actual, Rule.PAGES));
        }
    }

    private void compare(long address, PageState one, PageState other) {
        check(address, "swap", flag(one.swap()), flag(other.swap()));
        check(address, "sd", flag(one.softDirty()), flag(other.softDirty()));
        check(address, "uwp", flag(one.uffdWp()), flag(other.uffdWp()));
        check(address, "guard", flag(one.guard()), flag(other.guard()));
        if (one.isPresent() != other.isPresent()) {
            check(address, "level", one.level(), other.level());
            return;
        }
        check(address, "level", one.level(), other.level());
        check(address, "pte", one.pte(), other.pte());
        check(address, "map", Integer.toString(one.mapcount()), Integer.toString(other.mapcount()));
        check(address, "excl", flag(one.exclusive()), flag(other.exclusive()));
        check(address, "AE", flag(one.anonExclusive()), flag(other.anonExclusive()));
        check(address, "file", flag(one.file()), flag(other.file()));
    }

    private static String flag(boolean set) {
        return set ? "1" : "0";
    }

    private void check(long address, String field, String expected, String actual) {
        if (expected.equals(actual)) {
            return;
        }
        Run run = open.get(field);
        if (run != null && run.end == address && run.expected.equals(expected) && run.actual.equals(actual)) {
            run.end += BASE_PAGE;
            return;
        }
        Run fresh = new Run(field, expected, actual, address);
        open.put(field, fresh);
        runs.add(fresh);
    }
}
