package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

/** Reads the state of a process from a recording, runs of pages expanded. */
final class RecordedStates {
    /** More pages than a recorded process ever shows: 128 VMAs of 4096 pages each. */
    private static final int MAX_PAGES = 1 << 19;
    private static final int BASE_PAGE = 4096;

    private final Places places;
    private final int line;

    RecordedStates(Places places, int line) {
        this.places = places;
        this.line = line;
    }

    ProcessState read(JsonNode node) {
        if (!node.isObject()) {
            return ProcessState.DEAD;
        }
        List<VmaState> vmas = new ArrayList<>();
        for (JsonNode vma : node.path("vmas")) {
            vmas.add(vma(vma));
        }
        vmas.sort(Comparator.comparingLong(VmaState::start));
        NavigableMap<Long, PageState> pages = new TreeMap<>();
        for (JsonNode run : node.path("pages")) {
            addRun(pages, run);
        }
        return new ProcessState(true, vmas, pages);
    }

    private VmaState vma(JsonNode node) {
        Map<String, String> attributes = new LinkedHashMap<>();
        String raw = node.path("raw").asString("");
        int dash = raw.indexOf('-');
        if (dash < 0) {
            throw new RecordingException(line, "a VMA without raw");
        }
        long start = hex(raw.substring(0, dash));
        long end = hex(raw.substring(dash + 1));
        String named = node.path("r").asString("");
        attributes.put("range", places.range(start, end).equals(named) ? named : named + " (raw " + raw + ")");
        attributes.put("perm", node.path("perm").asString(""));
        attributes.put("off", node.path("off").asString("0x0"));
        attributes.put("file", node.path("file").asString(""));
        attributes.put("flags", node.path("flags").asString(""));
        attributes.put("thpe", Integer.toString(node.path("thpe").asInt(0)));
        for (Map.Entry<String, JsonNode> counter : node.path("kb").properties()) {
            if (NotClaimed.isCompared(counter.getKey())) {
                attributes.put("kb." + counter.getKey(), counter.getValue().asString());
            }
        }
        return new VmaState(start, end, attributes);
    }

    private void addRun(NavigableMap<Long, PageState> pages, JsonNode run) {
        Long start = places.parse(run.path("at").asString(""));
        int count = run.path("n").asInt(1);
        if (start == null || count < 1 || pages.size() + count > MAX_PAGES) {
            throw new RecordingException(line, "a run of pages that is nowhere, or has no or too many pages");
        }
        String frame = run.path("pg").asString("");
        boolean present = !frame.isEmpty();
        boolean zero = frame.equals("zero");
        long first = present && !zero ? frameId(frame) : 0;
        for (int i = 0; i < count; i++) {
            long id = zero ? PageState.ZERO_PAGE : present ? first + i : 0;
            pages.put(start + (long) i * BASE_PAGE,
                    new PageState(present ? run.path("lv").asString("") : PageState.ABSENT,
                            run.path("pte").asString(""), run.path("map").asInt(-1), is(run, "excl"), is(run, "AE"),
                            is(run, "file"), is(run, "swap"), is(run, "sd"), is(run, "uwp"), is(run, "guard"), id));
        }
    }

    private long frameId(String frame) {
        try {
            return Long.parseLong(frame.substring(1));
        } catch (NumberFormatException e) {
            throw new RecordingException(line, "not a frame: " + frame);
        }
    }

    private static boolean is(JsonNode node, String key) {
        return node.path(key).asInt(0) != 0;
    }

    private long hex(String text) {
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException e) {
            throw new RecordingException(line, "not hexadecimal: " + text);
        }
    }
}
