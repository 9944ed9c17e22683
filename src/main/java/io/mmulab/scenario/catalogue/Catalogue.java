package io.mmulab.scenario.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The scenarios that come with the program, in the order of their files and within them. */
public final class Catalogue {
    private static final String DIRECTORY = "/scenarios/";
    private static final String INDEX = "index.txt";

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
        return new Catalogue(all);
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
