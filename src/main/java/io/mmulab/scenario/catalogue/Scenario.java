package io.mmulab.scenario.catalogue;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.scenario.expect.Expression;
import io.mmulab.scenario.expect.ScriptCase;

/**
 * A statement, and what shows whether it is so.
 *
 * @param id as {@code T9}
 * @param title the statement in one line
 * @param who said it; empty if nobody in particular
 * @param when they did; empty likewise
 * @param source messages, commits, files
 * @param text two sentences for a reader
 * @param answer what it answers that the discussion left open; empty if nothing
 * @param kind whether it runs
 * @param matrix the machines that it is about, as pairs of an architecture and a device
 * @param designs names of the designs that it is about; empty for all presets
 * @param cpus CPUs of its machines
 * @param version name of the kernel version that its machines run; null for that of each design
 * @param claim what each machine decides; null for a record
 * @param verdicts the verdict that is expected by name of the design; under {@link #OTHERS} that of all others
 * @param script what to do
 * @param file the text that it was read from
 */
public record Scenario(String id, String title, String who, String when, String source, String text, String answer,
        Kind kind, List<Pair> matrix, List<String> designs, int cpus, @Nullable String version,
        @Nullable Expression claim, Map<String, Verdict> verdicts, ScriptCase script, String file) {
    /** Stands for the designs that have no verdict of their own. */
    public static final String OTHERS = "";
    /** The device of a scenario that attaches its own, or none. */
    public static final String NO_DEVICE = "";

    /** Whether running shows it. */
    public enum Kind {
        /** It does. */
        SCENARIO,
        /** A statement that no run can show: the text has the derivation. */
        RECORD
    }

    /**
     * An architecture and a device that a scenario is about.
     *
     * @param architecture name of the architecture
     * @param device model and options as {@code model:option=value}; {@link #NO_DEVICE} if there is none
     */
    public record Pair(String architecture, String device) {}

    /** Defensive copies. */
    public Scenario {
        matrix = List.copyOf(matrix);
        designs = List.copyOf(designs);
        verdicts = Map.copyOf(verdicts);
    }

    /** The verdict that a design is expected to get; null if none is. */
    public @Nullable Verdict expected(String design) {
        Verdict own = verdicts.get(design);
        return own == null ? verdicts.get(OTHERS) : own;
    }

    /** The names of {@code matrix}'s devices, once each, without {@link #NO_DEVICE}. */
    public List<String> devices() {
        return matrix.stream().map(Pair::device).filter(device -> !device.isEmpty()).distinct().toList();
    }

    /** The names of its architectures, once each. */
    public List<String> architectures() {
        return matrix.stream().map(Pair::architecture).distinct().toList();
    }
}
