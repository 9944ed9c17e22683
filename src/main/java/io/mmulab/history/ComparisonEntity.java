package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A row of {@code comparison}. */
@Entity(name = "Comparison")
@Table(name = "comparison")
class ComparisonEntity {
    @Id
    private String id;
    private String status;
    @Column(name = "request_json")
    private String request;
    @Column(name = "result_json")
    private @Nullable String result;
    @Column(name = "problem_json")
    private @Nullable String problem;
    private @Nullable String trace;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ComparisonEntity() {}

    ComparisonEntity(ComparisonRow row) {
        id = row.id();
        status = row.status();
        request = row.request();
        result = row.result();
        problem = row.problem();
        trace = row.trace();
        createdAt = row.createdAt();
        finishedAt = row.finishedAt();
    }

    ComparisonRow toRow() {
        return new ComparisonRow(id, status, request, result, problem, trace, createdAt, finishedAt);
    }
}
