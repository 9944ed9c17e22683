package io.mmulab.scenario.catalogue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.machine.MachineSpec;
import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.catalogue.Scenario.Kind;
import io.mmulab.scenario.catalogue.Scenario.Pair;
import io.mmulab.scenario.expect.Expression;
import io.mmulab.scenario.expect.ScriptCase;

/** Reads scenarios: cases whose header says what they are about, and who is expected to be right. */
public final class ScenarioReader {
    /** Most machines that a scenario has under one design. */
    public static final int MOST_PAIRS = 32;
    private static final int MOST_TEXT = 4_000;
    private static final String ALL_OTHERS = " in ";
    private static final Set<String> KEYS = Set.of("title", "who", "when", "source", "text", "answer", "kind", "on",
            "designs", "cpus", "version", "claim", "verdict");

    private final ScriptCase script;

    private ScenarioReader(ScriptCase script) {
        this.script = script;
    }

    /**
     * The scenarios of a file.
     *
     * @throws ScriptException naming the first line that is not as it should be
     */
    public static List<Scenario> read(String text) {
        List<Scenario> scenarios = new ArrayList<>();
        List<ScriptCase> cases = ScriptCase.read(text);
        List<String> lines = text.lines().toList();
        for (int i = 0; i < cases.size(); i++) {
            int end = i + 1 < cases.size() ? cases.get(i + 1).line() - 1 : lines.size();
            String own = String.join("\n", lines.subList(cases.get(i).line() - 1, end)).strip() + "\n";
            scenarios.add(of(cases.get(i), own));
        }
        return scenarios;
    }

    /**
     * The scenario that a case is.
     *
     * @param file the text that it was read from
     * @throws ScriptException naming the line of the header that is not as it should be
     */
    public static Scenario of(ScriptCase script, String file) {
        return new ScenarioReader(script).scenario(file);
    }

    private Scenario scenario(String file) {
        for (String key : script.header().keySet()) {
            if (!KEYS.contains(key)) {
                throw wrong(key,
                        "there is no such line; there are #" + String.join(":, #", KEYS.stream().sorted().toList())
                                + ":");
            }
        }
        String id = script.name();
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,31}")) {
            throw new ScriptException(script.line(),
                    "the name of a scenario is 1 to 32 of A-Z a-z 0-9 . _ -, not " + id);
        }
        Kind kind = kind();
        Expression claim = claim(kind);
        return new Scenario(id, required("title"), text("who"), text("when"), text("source"), text("text"),
                text("answer"), kind, kind == Kind.RECORD ? List.of() : matrix(), words("designs"), cpus(), version(),
                claim, verdicts(kind), script, file);
    }

    private Kind kind() {
        return switch (text("kind")) {
            case "", "scenario" -> Kind.SCENARIO;
            case "record" -> Kind.RECORD;
            default -> throw wrong("kind", "scenario or record");
        };
    }

    private @Nullable Expression claim(Kind kind) {
        String text = text("claim");
        if (kind == Kind.RECORD) {
            return null;
        }
        if (text.isEmpty()) {
            throw wrong("claim", "a scenario has a line #claim: with what its machines decide");
        }
        Expression claim = Expression.parse(line("claim"), text);
        for (String step : claim.steps()) {
            if (!script.steps().contains(step)) {
                throw wrong("claim", "there is no step " + step);
            }
        }
        return claim;
    }

    /** Lines {@code #on: ARCHITECTURE... [with DEVICE...]}. */
    private List<Pair> matrix() {
        List<Pair> matrix = new ArrayList<>();
        for (String line : required("on").split("\n", -1)) {
            int with = line.indexOf(" with ");
            List<String> devices = with < 0 ? List.of(Scenario.NO_DEVICE) : split(line.substring(with + 6));
            for (String architecture : split(with < 0 ? line : line.substring(0, with))) {
                devices.forEach(device -> matrix.add(new Pair(architecture, device)));
            }
        }
        if (matrix.size() > MOST_PAIRS) {
            throw wrong("on", matrix.size() + " machines are more than " + MOST_PAIRS);
        }
        return matrix;
    }

    private int cpus() {
        String text = text("cpus");
        if (text.isEmpty()) {
            return 2;
        }
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > MachineSpec.MAX_CPUS) {
            throw wrong("cpus", "not in 1.." + MachineSpec.MAX_CPUS);
        }
        return Integer.parseInt(text);
    }

    private @Nullable String version() {
        String text = text("version");
        return text.isEmpty() ? null : text;
    }

    /** Lines {@code #verdict: true}, {@code #verdict: refuted in DESIGN...}. */
    private Map<String, Verdict> verdicts(Kind kind) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        String text = text("verdict");
        if (kind == Kind.RECORD || text.isEmpty()) {
            return verdicts;
        }
        for (String line : text.split("\n", -1)) {
            int in = line.indexOf(ALL_OTHERS);
            String word = in < 0 ? line.strip() : line.substring(0, in).strip();
            Verdict verdict = Arrays.stream(Verdict.values())
                    .filter(each -> each != Verdict.UNDECIDED && each.label().equals(word)).findFirst()
                    .orElseThrow(() -> wrong("verdict", "true, refuted or depends, not " + word));
            for (String design : in < 0 ? List.of(Scenario.OTHERS)
                    : split(line.substring(in + ALL_OTHERS.length()))) {
                if (verdicts.put(design, verdict) != null) {
                    throw wrong("verdict", "two verdicts for " + (design.isEmpty() ? "all others" : design));
                }
            }
        }
        return verdicts;
    }

    private List<String> words(String key) {
        return split(text(key));
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
    }

    private String required(String key) {
        String text = text(key);
        if (text.isEmpty()) {
            throw wrong(key, "a scenario has a line #" + key + ":");
        }
        return text;
    }

    private String text(String key) {
        String text = script.header().getOrDefault(key, "");
        if (text.length() > MOST_TEXT) {
            throw wrong(key, "longer than " + MOST_TEXT + " characters");
        }
        return text;
    }

    private int line(String key) {
        return script.headerLines().getOrDefault(key, script.line());
    }

    private ScriptException wrong(String key, String problem) {
        return new ScriptException(line(key), "#" + key + ": " + problem);
    }
}
