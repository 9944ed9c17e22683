package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of {@code scenario}. */
@Entity(name = "Scenario")
@Table(name = "scenario")
class ScenarioEntity {
    @Id
    private String id;
    private String source;
    private Instant createdAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ScenarioEntity() {}

    ScenarioEntity(ScenarioRow row) {
        id = row.id();
        source = row.source();
        createdAt = row.createdAt();
    }

    ScenarioRow toRow() {
        return new ScenarioRow(id, source, createdAt);
    }
}
