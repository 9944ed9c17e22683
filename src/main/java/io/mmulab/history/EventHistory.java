package io.mmulab.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.persistence.EntityManager;
import jakarta.persistence.Tuple;
import jakarta.persistence.criteria.Expression;
import jakarta.persistence.criteria.Path;
import jakarta.persistence.criteria.Selection;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Sort;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Queries over notifier events. */
@Service
@Transactional(readOnly = true)
public class EventHistory {
    private static final Sort ORDER = Sort.by("id.machine", "id.seq");

    private final EventRepository events;
    private final EntityManager entities;

    EventHistory(EventRepository events, EntityManager entities) {
        this.events = events;
        this.entities = entities;
    }

    /** Events in order of machine and sequence number, behind a position or from the first. */
    public List<EventRow> find(EventFilter filter, @Nullable EventPosition after, int limit) {
        return events.findBy(
                (event, query, build) -> EventSpecification.condition(filter, after, event, query, build),
                query -> query.sortBy(ORDER).limit(limit).stream().map(EventEntity::toRow).toList());
    }

    /** Counts events by columns, in order of the columns' values; one group of all events where no column is named. */
    public List<EventGroup> summary(EventFilter filter, List<EventColumn> columns, int limit) {
        var build = entities.getCriteriaBuilder();
        var query = build.createTupleQuery();
        var event = query.from(EventEntity.class);
        List<Expression<?>> keys = new ArrayList<>();
        for (EventColumn column : columns) {
            Path<?> path = event;
            for (String step : column.path().split("\\.", -1)) {
                path = path.get(step);
            }
            keys.add(path);
        }
        List<Selection<?>> selected = new ArrayList<>(keys);
        selected.add(build.count(event));
        selected.add(build.sumAsLong(event.get("entries")));
        query.select(build.tuple(selected)).where(EventSpecification.condition(filter, null, event, query, build))
                .groupBy(keys).orderBy(keys.stream().map(build::asc).toList());
        return entities.createQuery(query).setMaxResults(limit).getResultList().stream()
                .map(row -> group(columns, row)).toList();
    }

    private static EventGroup group(List<EventColumn> columns, Tuple row) {
        Map<String, @Nullable Object> key = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            key.put(columns.get(i).label(), row.get(i));
        }
        Long entries = row.get(columns.size() + 1, Long.class);
        return new EventGroup(key, row.get(columns.size(), Long.class), entries == null ? 0 : entries);
    }
}
