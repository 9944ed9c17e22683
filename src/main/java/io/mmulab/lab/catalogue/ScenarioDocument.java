package io.mmulab.lab.catalogue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;

/**
 * A scenario as JSON: the lines of a {@code .mm} scenario, by name.
 *
 * @param id 1 to 32 of A-Z a-z 0-9 . _ -
 * @param title the statement in one line
 * @param who said it
 * @param when they did
 * @param source where that can be read
 * @param text what a reader should know
 * @param on machines, each as "ARCHITECTURE... with DEVICE..." or without devices
 * @param designs names of designs that it is about; absent for all
 * @param cpus CPUs of each machine; 2 unless given
 * @param version kernel version that runs; absent for that of each design
 * @param claim what each machine decides, an expression
 * @param verdict expected of all designs without one of their own: true, refuted, depends
 * @param verdicts expected of single designs, by their name
 * @param script operations and expectations, as .mm
 */
public record ScenarioDocument(String id, String title, @Nullable String who, @Nullable String when,
        @Nullable String source, @Nullable String text, List<String> on, @Nullable List<String> designs,
        @Nullable Integer cpus, @Nullable String version, String claim, @Nullable String verdict,
        @Nullable Map<String, String> verdicts, String script) {

    /** The same as {@code .mm} text. */
    public String toScript() {
        StringBuilder text = new StringBuilder("## ").append(oneLine("id", id)).append('\n');
        line(text, "title", title);
        line(text, "who", who);
        line(text, "when", when);
        line(text, "source", source);
        lines(text, "text", this.text);
        for (String machines : on) {
            line(text, "on", machines);
        }
        line(text, "designs", designs == null ? null : String.join(" ", designs));
        line(text, "cpus", cpus == null ? null : cpus.toString());
        line(text, "version", version);
        line(text, "claim", claim);
        line(text, "verdict", verdict);
        if (verdicts != null) {
            verdicts.forEach((design, expected) -> line(text, "verdict", expected + " in " + design));
        }
        for (String line : script.lines().toList()) {
            if (line.startsWith("## ")) {
                throw new RefusedException(Reason.INVALID_OPERATION, "script",
                        "a line begins with \"## \", which begins another scenario");
            }
        }
        return text.append(script).append('\n').toString();
    }

    private static void lines(StringBuilder to, String key, @Nullable String value) {
        if (value != null) {
            value.lines().collect(Collectors.toList()).forEach(one -> line(to, key, one));
        }
    }

    private static void line(StringBuilder to, String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            to.append('#').append(key).append(": ").append(oneLine(key, value)).append('\n');
        }
    }

    private static String oneLine(String field, String value) {
        if (value.lines().count() > 1) {
            throw new RefusedException(Reason.INVALID_OPERATION, field, "has more than one line");
        }
        return value;
    }
}
