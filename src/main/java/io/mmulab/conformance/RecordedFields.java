package io.mmulab.conformance;

import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;

import io.mmulab.kernel.syscall.Errno;

/** What a recorded operation returned. */
final class RecordedFields {
    private RecordedFields() {}

    static Map<String, String> of(JsonNode node, Places places) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("ret", returned(node, places));
        if (node.has("errno")) {
            fields.put("errno", errno(node.get("errno").asString()));
        }
        if (node.has("signal")) {
            fields.put("signal", signal(node.get("signal"), places));
        }
        if (node.has("val")) {
            fields.put("val", node.get("val").asString());
        }
        String uffd = node.path("uffd").asString("");
        if (!uffd.isEmpty()) {
            fields.put("uffd", uffd.substring(0, Math.max(uffd.indexOf(' '), 0)));
        }
        String note = node.path("note").asString("");
        if (NotClaimed.isCompared(note, node.path("op").asString(""))) {
            fields.put("note", note);
        }
        return fields;
    }

    private static String returned(JsonNode node, Places places) {
        JsonNode ret = node.path("ret");
        if (!ret.isString() || !node.has("raw")) {
            return ret.asString("0");
        }
        String named = ret.asString();
        String raw = node.get("raw").asString();
        return agrees(named, raw, places) ? named : named + " (raw " + raw + ")";
    }

    /** The driver knows the names of some. */
    private static String errno(String recorded) {
        boolean number = !recorded.isEmpty() && recorded.chars().allMatch(Character::isDigit);
        return number ? Errno.nameOf(-Long.parseLong(recorded)) : recorded;
    }

    private static String signal(JsonNode signal, Places places) {
        String named = signal.path("addr").asString("");
        String raw = signal.path("raw").asString("0x0");
        boolean agrees = agrees(named, raw, places) || named.equals("0");
        Long address = places.parse(raw);
        String name = signal.path("sig").asString();
        return name + " " + code(name, signal.path("code").asString()) + " at "
                + (agrees && address != null ? places.address(address) : named + " (raw " + raw + ")");
    }

    /** Some codes are recorded by number. */
    private static String code(String signal, String code) {
        return switch (signal + code) {
            case "SIGSEGV4" -> "PKUERR";
            case "SIGILL1" -> "ILLOPC";
            default -> code;
        };
    }

    private static boolean agrees(String named, String raw, Places places) {
        Long address = places.parse(raw);
        return address != null
                && (places.address(address).equals(named) || places.address(address & -4096L).equals(named));
    }
}
