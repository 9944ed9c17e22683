package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/** A row of {@code notifier_event}, for reading: {@link JdbcEventStore} writes them. */
@Entity(name = "NotifierEvent")
@Table(name = "notifier_event")
@Immutable
class EventEntity {
    @EmbeddedId
    private RowId id;
    private long operation;
    @Column(name = "simulated_ns")
    private long nanoseconds;
    private Instant recordedAt;
    private int addressSpace;
    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private Phase phase;
    @Column(name = "event_type")
    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private @Nullable EventType type;
    private long rangeStart;
    private long rangeEnd;
    private boolean blockable;
    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private Cause cause;
    private @Nullable String subscriber;
    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private @Nullable Reaction reaction;
    private int entries;
    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private @Nullable ViolationKind violation;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected EventEntity() {}

    EventRow toRow() {
        return new EventRow(id.machine(), id.seq(), operation, nanoseconds, recordedAt, addressSpace, phase, type,
                rangeStart, rangeEnd, blockable, cause, subscriber, reaction, entries, violation);
    }
}
