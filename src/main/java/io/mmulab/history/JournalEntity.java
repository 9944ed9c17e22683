package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A row of {@code operation}. */
@Entity(name = "JournalEntry")
@Table(name = "operation")
class JournalEntity {
    @EmbeddedId
    private RowId id;
    private String kind;
    @Column(name = "request_json")
    private String request;
    @Column(name = "outcome_json")
    private String outcome;
    private long faults;
    @Column(name = "simulated_ns")
    private long nanoseconds;
    private @Nullable Long digest;
    private Instant recordedAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected JournalEntity() {}

    JournalEntity(JournalRow row) {
        id = new RowId(row.machine(), row.seq());
        kind = row.kind();
        request = row.request();
        outcome = row.outcome();
        faults = row.faults();
        nanoseconds = row.nanoseconds();
        digest = row.digest();
        recordedAt = row.recordedAt();
    }

    JournalRow toRow() {
        return new JournalRow(id.machine(), id.seq(), kind, request, outcome, faults, nanoseconds, digest, recordedAt);
    }
}
