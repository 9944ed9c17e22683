package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A row of {@code scenario_run}. */
@Entity(name = "ScenarioRun")
@Table(name = "scenario_run")
class ScenarioRunEntity {
    @Id
    private String id;
    private @Nullable String scenario;
    private String status;
    @Column(name = "request_json")
    private String request;
    @Column(name = "result_json")
    private @Nullable String result;
    private @Nullable String problem;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ScenarioRunEntity() {}

    ScenarioRunEntity(ScenarioRunRow row) {
        id = row.id();
        scenario = row.scenario();
        status = row.status();
        request = row.request();
        result = row.result();
        problem = row.problem();
        createdAt = row.createdAt();
        finishedAt = row.finishedAt();
    }

    ScenarioRunRow toRow() {
        return new ScenarioRunRow(id, scenario, status, request, result, problem, createdAt, finishedAt);
    }
}
