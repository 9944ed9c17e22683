package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The events of one recorded operation, those that are compared, each page of a run on its own. */
final class RecordedEvents {
    private static final int MAX_REPEATS = 1 << 16;

    private final Places places;
    private final int line;
    private final List<Event> events = new ArrayList<>();

    private RecordedEvents(Places places, int line) {
        this.places = places;
        this.line = line;
    }

    /**
     * Reads them.
     *
     * @param process the process of the operation, whose address space an event means unless it says otherwise
     */
    static List<Event> of(JsonNode array, String process, Places places, int line) {
        RecordedEvents reader = new RecordedEvents(places, line);
        for (JsonNode node : array) {
            reader.add(node, process);
        }
        return reader.events;
    }

    private void add(JsonNode node, String process) {
        String recorded = node.path("e").asString("");
        if (recorded.startsWith("mn_") && recorded.endsWith("_ret")) {
            attachReturn(recorded.substring(0, recorded.length() - 4), node);
            return;
        }
        if (recorded.equals("tlb_call") && node.path("fn").asString("").equals("flush_tlb_mm")) {
            events.add(new Event("tlbi", Map.of("op", "aside1is", "range", "ALL")));
            return;
        }
        String name = EventNames.canonical(recorded);
        List<String> keys = EventNames.attributes(name);
        if (keys == null) {
            return;
        }
        int repeats = node.path("x").asInt(1);
        if (repeats < 1 || repeats > MAX_REPEATS) {
            throw new RecordingException(line, "x of an event is not in 1.." + MAX_REPEATS);
        }
        for (int i = 0; i < repeats; i++) {
            events.add(event(name, keys, node, process, i, repeats));
        }
    }

    private void attachReturn(String name, JsonNode node) {
        for (int i = events.size() - 1; i >= 0; i--) {
            Event event = events.get(i);
            if (event.name().equals(name) && EventNames.returns(name) && !event.attributes().containsKey("ret")) {
                Map<String, String> attributes = new LinkedHashMap<>(event.attributes());
                attributes.put("ret", node.path("ret").asString());
                events.set(i, new Event(name, attributes));
                return;
            }
        }
    }

    private Event event(String name, List<String> keys, JsonNode node, String process, int index, int repeats) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String key : keys) {
            String value = switch (key) {
                case "range" -> range(node);
                case "address" -> address(node, index, repeats);
                case "gfn" -> gfn(node, index);
                case "mm" -> node.path("mm").asString(node.path("by").asString(process));
                case "access" -> access(node.path("flags").asString(""));
                case "only_end" -> node.path(key).asInt(0) == 1 ? "1" : null;
                case "fn" -> EventNames.flush(node.path(key).asString(""));
                case "prot" -> EventNames.stage2Prot(node.path(key).asString(""));
                default -> node.has(key) ? node.get(key).asString() : null;
            };
            if (value != null) {
                attributes.put(key, value);
            }
        }
        return new Event(name, attributes);
    }

    private @Nullable String range(JsonNode node) {
        if (!node.has("r")) {
            return null;
        }
        String named = node.get("r").asString();
        String raw = node.path("raw").asString("");
        int dash = raw.indexOf('-');
        if (named.equals("EMPTY") || dash < 0) {
            return named;
        }
        String fromRaw = places.range(hex(raw.substring(0, dash)), hex(raw.substring(dash + 1)));
        return fromRaw.equals(named) ? named : named + " (raw " + raw + ")";
    }

    private @Nullable String address(JsonNode node, int index, int repeats) {
        if (!node.has("a")) {
            return null;
        }
        String named = node.get("a").asString();
        if (index == 0 && node.has("raw")) {
            long raw = hex(node.get("raw").asString());
            String exact = places.address(raw);
            boolean agrees = exact.equals(named) || places.address(raw & -4096L).equals(named);
            return agrees ? exact : named + " (raw " + node.get("raw").asString() + ")";
        }
        Long first = places.parse(named);
        Long last = places.parse(node.path("to").asString(named));
        if (first == null || last == null || repeats == 1) {
            return named;
        }
        return places.address(first + (last - first) / (repeats - 1) * index);
    }

    private static String gfn(JsonNode node, int index) {
        return Long.toString(node.path("gfn").asLong() + (node.has("to") ? index : 0));
    }

    private static String access(String flags) {
        StringJoiner kept = new StringJoiner("|");
        List<String> all = List.of(flags.split("\\|"));
        for (String flag : EventNames.ACCESS_FLAGS.keySet()) {
            if (all.contains(flag)) {
                kept.add(flag);
            }
        }
        return kept.toString();
    }

    private long hex(String text) {
        try {
            return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
        } catch (NumberFormatException e) {
            throw new RecordingException(line, "not hexadecimal: " + text);
        }
    }
}
