package io.mmulab.history;

import java.util.List;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import org.springframework.stereotype.Component;

import io.mmulab.history.EventConditions.Sql;

/** Runs queries that answer with rows {@code e} of {@code notifier_event}. */
@Component
class EventRows {
    /** What {@link EventEntity#ROWS} reads. The id of the machine needs no join, which could change the plan. */
    private static final String COLUMNS =
            "e.machine, (select m.id from machine m where m.number = e.machine) as machine_id,"
                    + " e.seq, e.operation, e.simulated_ns, e.recorded_at, e.address_space, e.range_start, e.range_end, e.kind,"
                    + " e.entries, e.subscriber";

    private final EntityManager entities;

    EventRows(EntityManager entities) {
        this.entities = entities;
    }

    /** @param query all behind {@code select ... from} */
    List<StoredEvent> from(Sql query) {
        return bound(entities.createNativeQuery("select " + COLUMNS + " from " + query.text(), EventEntity.ROWS), query)
                .stream().map(StoredEvent.class::cast).toList();
    }

    List<ChunkEntity> chunks(Sql query) {
        return bound(entities.createNativeQuery(query.text(), ChunkEntity.class), query).stream()
                .map(ChunkEntity.class::cast).toList();
    }

    private static List<?> bound(Query query, Sql sql) {
        for (int i = 0; i < sql.parameters().size(); i++) {
            query.setParameter(i + 1, sql.parameters().get(i));
        }
        return query.getResultList();
    }
}
