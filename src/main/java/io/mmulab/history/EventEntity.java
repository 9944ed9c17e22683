package io.mmulab.history;

import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.ConstructorResult;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code notifier_event}. {@link JdbcEventStore} writes them, and they are read as {@link StoredEvent}: managing a page's
 * rows as entities took longer than finding them.
 */
@Entity(name = "NotifierEvent")
@Table(name = "notifier_event")
@Immutable
@SqlResultSetMapping(name = EventEntity.ROWS,
        classes = @ConstructorResult(targetClass = StoredEvent.class,
                columns = {
                    @ColumnResult(name = "machine", type = Long.class),
                    @ColumnResult(name = "machine_id", type = String.class),
                    @ColumnResult(name = "seq", type = Long.class),
                    @ColumnResult(name = "operation", type = Long.class),
                    @ColumnResult(name = "simulated_ns", type = Long.class),
                    @ColumnResult(name = "recorded_at", type = Instant.class),
                    @ColumnResult(name = "address_space", type = Integer.class),
                    @ColumnResult(name = "range_start", type = Long.class),
                    @ColumnResult(name = "range_end", type = Long.class),
                    @ColumnResult(name = "kind", type = Integer.class),
                    @ColumnResult(name = "entries", type = Integer.class),
                    @ColumnResult(name = "subscriber", type = String.class)}))
@SuppressWarnings("UnusedVariable") // Hibernate compares the fields with the table.
class EventEntity {
    static final String ROWS = "EventEntity.rows";

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
}
