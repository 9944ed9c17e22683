package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A row of {@code definition}. */
@Entity(name = "Definition")
@Table(name = "definition")
class DefinitionEntity {
    @EmbeddedId
    private DefinitionId id;
    @Column(name = "definition_json")
    private String definition;
    private Instant createdAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected DefinitionEntity() {}

    DefinitionEntity(DefinitionRow row) {
        id = new DefinitionId(row.kind(), row.name());
        definition = row.definition();
        createdAt = row.createdAt();
    }

    DefinitionRow toRow() {
        return new DefinitionRow(id.kind(), id.name(), definition, createdAt);
    }
}
