package io.mmulab.scenario.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scenarios that come with the program: the numbered statements of the discussion, then the others as the files have them. */
public final class Catalogue {
    private static final String DIRECTORY = "/scenarios/";
    private static final String INDEX = "index.txt";
    private static final Pattern NUMBERED = Pattern.compile("T([0-9]{1,4})[a-z]?");

    private final Map<String, Scenario> scenarios;

    private Catalogue(Map<String, Scenario> scenarios) {
        this.scenarios = scenarios;
    }

    /** Reads the files that the index names. */
    public static Catalogue load() {
        Map<String, Scenario> all = new LinkedHashMap<>();
        for (String file : text(INDEX).lines().filter(line -> !line.isBlank()).toList()) {
            for (Scenario scenario : read(file)) {
                if (all.put(scenario.id(), scenario) != null) {
                    throw new IllegalStateException(file + ": there are two scenarios " + scenario.id());
                }
            }
        }
        return new Catalogue(inOrder(all));
    }

    private static Map<String, Scenario> inOrder(Map<String, Scenario> all) {
        Map<String, Scenario> ordered = new LinkedHashMap<>();
        all.values().stream().sorted(Comparator.comparingInt(Catalogue::number))
                .forEach(scenario -> ordered.put(scenario.id(), scenario));
        return ordered;
    }

    /** 9 of T9 and of T9a; behind all numbers for another id. */
    private static int number(Scenario scenario) {
        Matcher numbered = NUMBERED.matcher(scenario.id());
        return numbered.matches() ? Integer.parseInt(numbered.group(1)) : Integer.MAX_VALUE;
    }

    private static List<Scenario> read(String file) {
        try {
            return ScenarioReader.read(text(file));
        } catch (RuntimeException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    private static String text(String file) {
        try (InputStream in = Catalogue.class.getResourceAsStream(DIRECTORY + file)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + DIRECTORY + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of them. */
    public List<Scenario> all() {
        return new ArrayList<>(scenarios.values());
    }

    /** One by its id. */
    public Optional<Scenario> find(String id) {
        return Optional.ofNullable(scenarios.get(id));
    }
}
