package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;

/** The columns of {@code event_chunk} that say where events lie. */
@Entity(name = "EventChunk")
@Table(name = "event_chunk")
@IdClass(ChunkEntity.Key.class)
@Immutable
class ChunkEntity {
    @Id
    private long machine;
    @Id
    @Column(name = "first_seq")
    private long firstSeq;
    @Column(name = "last_seq")
    private long lastSeq;
    private Instant recordedAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ChunkEntity() {}

    long machine() {
        return machine;
    }

    long firstSeq() {
        return firstSeq;
    }

    long lastSeq() {
        return lastSeq;
    }

    Instant recordedAt() {
        return recordedAt;
    }

    /** The natural key of a chunk. */
    record Key(long machine, long firstSeq) implements java.io.Serializable {}
}
