package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A row of {@code notifier_event}, for reading: {@link JdbcEventStore} writes them. */
@Entity(name = "NotifierEvent")
@Table(name = "notifier_event")
@Immutable
class EventEntity {
    @EmbeddedId
    private EventKey id;
    private long operation;
    @Column(name = "simulated_ns")
    private long nanoseconds;
    private Instant recordedAt;
    private long rangeStart;
    private long rangeEnd;
    private int addressSpace;
    private int kind;
    private int entries;
    private @Nullable String subscriber;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected EventEntity() {}

    EventKey key() {
        return id;
    }

    int kind() {
        return kind;
    }

    /** @param machine id of the machine */
    EventRow toRow(String machine, EventKind what) {
        return new EventRow(machine, id.seq(), operation, nanoseconds, recordedAt, addressSpace, what.phase(),
                what.type(), rangeStart, rangeEnd, what.blockable(), what.cause(), subscriber, what.reaction(), entries,
                what.violation());
    }
}
