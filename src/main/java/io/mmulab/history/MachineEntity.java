package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A row of {@code machine}. */
@Entity(name = "Machine")
@Table(name = "machine")
class MachineEntity {
    @Id
    private String id;
    private long number;
    private @Nullable String name;
    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private MachineKind kind;
    private @Nullable String comparison;
    private String architecture;
    private String kernelVersion;
    private String kernelDesign;
    private @Nullable String deviceModel;
    @Column(name = "spec_json")
    private String spec;
    private Instant createdAt;
    /** When something was stored for it last: for retention, which asks in SQL. */
    @SuppressWarnings("UnusedVariable")
    private Instant changedAt;
    private long operations;
    private long lastEvent;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected MachineEntity() {}

    MachineEntity(MachineRow row) {
        id = row.id();
        number = row.number();
        name = row.name();
        kind = row.kind();
        comparison = row.comparison();
        architecture = row.architecture();
        kernelVersion = row.kernelVersion();
        kernelDesign = row.kernelDesign();
        deviceModel = row.deviceModel();
        spec = row.spec();
        createdAt = row.createdAt();
        changedAt = row.createdAt();
        operations = row.operations();
        lastEvent = row.lastEvent();
    }

    MachineRow toRow() {
        return new MachineRow(id, number, name, kind, comparison, architecture, kernelVersion, kernelDesign,
                deviceModel, spec,
                createdAt, operations, lastEvent);
    }
}
