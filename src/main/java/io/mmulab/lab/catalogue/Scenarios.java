package io.mmulab.lab.catalogue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Service;

import io.mmulab.history.ScenarioHistory;
import io.mmulab.history.ScenarioRow;
import io.mmulab.lab.RefusedException;
import io.mmulab.lab.RefusedException.Reason;
import io.mmulab.scenario.ScriptException;
import io.mmulab.scenario.catalogue.Catalogue;
import io.mmulab.scenario.catalogue.Scenario;
import io.mmulab.scenario.catalogue.ScenarioReader;

/** The scenarios of the program, and those that users posted. */
@Service
public class Scenarios {
    /** Most scenarios of users. */
    static final int MOST = 1_000;
    /** Most characters of one. */
    static final int MOST_CHARACTERS = 200_000;

    private final Catalogue catalogue = Catalogue.load();
    private final ScenarioHistory history;

    Scenarios(ScenarioHistory history) {
        this.history = history;
    }

    /** Those of the program, then those of users. */
    public List<Scenario> all() {
        List<Scenario> all = new ArrayList<>(catalogue.all());
        history.scenarios().forEach(row -> all.add(stored(row)));
        return all;
    }

    /** Those of the program. */
    List<Scenario> catalogue() {
        return catalogue.all();
    }

    /** One by id. */
    public Optional<Scenario> find(String id) {
        Optional<Scenario> own = catalogue.find(id);
        return own.isPresent() ? own : history.scenario(id).map(Scenarios::stored);
    }

    /** Whether it is one of the program. */
    public boolean isOfTheProgram(String id) {
        return catalogue.find(id).isPresent();
    }

    private static Scenario stored(ScenarioRow row) {
        return ScenarioReader.read(row.source()).getFirst();
    }

    /**
     * Stores a scenario.
     *
     * @param text one scenario as {@code .mm}
     * @throws ScriptException if it is not as scenarios are
     * @throws RefusedException if there is one of its id, or too many
     */
    public Scenario add(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, "",
                    "a scenario of " + text.length() + " characters is longer than " + MOST_CHARACTERS);
        }
        List<Scenario> read = ScenarioReader.read(text);
        if (read.size() != 1) {
            throw new ScriptException(1,
                    "one scenario expected, which begins with \"## ID\"; there are " + read.size());
        }
        Scenario scenario = read.getFirst();
        if (history.scenarios().size() >= MOST) {
            throw new RefusedException(Reason.LIMIT_EXCEEDED, "", "there are " + MOST + " scenarios of users already");
        }
        boolean taken = isOfTheProgram(scenario.id())
                || !history.add(new ScenarioRow(scenario.id(), text, Instant.now()));
        if (taken) {
            throw new RefusedException(Reason.INVALID_OPERATION, "id",
                    "there is a scenario " + scenario.id() + " already");
        }
        return scenario;
    }

    /** Deletes a scenario of a user; false if there is none of that id. */
    public boolean delete(String id) {
        return history.delete(id);
    }
}
