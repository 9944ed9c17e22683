package io.mmulab.history;

import java.util.List;
import java.util.Optional;

import jakarta.persistence.EntityManager;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The scenarios of users, and the runs of scenarios. */
@Service
@Transactional
public class ScenarioHistory {
    private final ScenarioRepository scenarios;
    private final ScenarioRunRepository runs;
    private final EntityManager entities;

    ScenarioHistory(ScenarioRepository scenarios, ScenarioRunRepository runs, EntityManager entities) {
        this.scenarios = scenarios;
        this.runs = runs;
        this.entities = entities;
    }

    /**
     * Adds a scenario.
     *
     * @return false if there is one of its id
     */
    public boolean add(ScenarioRow scenario) {
        if (scenarios.findById(scenario.id()) != null) {
            return false;
        }
        entities.persist(new ScenarioEntity(scenario));
        entities.flush();
        return true;
    }

    /** All scenarios, in order of id. */
    @Transactional(readOnly = true)
    public List<ScenarioRow> scenarios() {
        return scenarios.findAllByOrderById().stream().map(ScenarioEntity::toRow).toList();
    }

    /** A scenario by id. */
    @Transactional(readOnly = true)
    public Optional<ScenarioRow> scenario(String id) {
        return Optional.ofNullable(scenarios.findById(id)).map(ScenarioEntity::toRow);
    }

    /** Deletes a scenario; what its runs have left stays. False if it is not there. */
    public boolean delete(String id) {
        ScenarioEntity found = scenarios.findById(id);
        if (found == null) {
            return false;
        }
        entities.remove(found);
        return true;
    }

    /** Adds a run, or replaces the one of its id. */
    public void save(ScenarioRunRow run) {
        runs.save(new ScenarioRunEntity(run));
        runs.flush();
    }

    /** A run by id. */
    @Transactional(readOnly = true)
    public Optional<ScenarioRunRow> run(String id) {
        return Optional.ofNullable(runs.findById(id)).map(ScenarioRunEntity::toRow);
    }

    /** Runs whose id is greater than {@code after}, in order of id. */
    @Transactional(readOnly = true)
    public List<ScenarioRunRow> runs(String after, int limit) {
        return runs.findByIdGreaterThanOrderById(after, Limit.of(limit)).stream().map(ScenarioRunEntity::toRow)
                .toList();
    }

    /** All runs of a status, oldest first. */
    @Transactional(readOnly = true)
    public List<ScenarioRunRow> runsWithStatus(String status) {
        return runs.findByStatusOrderById(status).stream().map(ScenarioRunEntity::toRow).toList();
    }
}
