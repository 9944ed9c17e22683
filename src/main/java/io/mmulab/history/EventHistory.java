package io.mmulab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.mmulab.history.EventConditions.MachineRange;

/** Queries over notifier events. */
@Service
@Transactional(readOnly = true)
public class EventHistory {
    private final EventPages pages;
    private final EventSummaries summaries;
    private final EventKinds kinds;
    private final MachineRepository machines;

    EventHistory(EventPages pages, EventSummaries summaries, EventKinds kinds, MachineRepository machines) {
        this.pages = pages;
        this.summaries = summaries;
        this.kinds = kinds;
        this.machines = machines;
    }

    /** Events in an order, behind a position or from the first. */
    public List<FoundEvent> find(EventFilter filter, EventOrder order, @Nullable EventPosition after, int limit) {
        return conditions(filter).map(conditions -> named(pages.read(conditions, order, after, limit)))
                .orElse(List.of());
    }

    /** Events in order of machine and number. */
    public List<EventRow> find(EventFilter filter, int limit) {
        return find(filter, EventOrder.SEQUENCE, null, limit).stream().map(FoundEvent::row).toList();
    }

    /** Counts events, in order of the groups' keys; one group of all where nothing is grouped by. */
    public List<EventGroup> summary(EventFilter filter, EventGrouping grouping, int limit) {
        return conditions(filter).map(conditions -> summaries.read(filter, conditions, grouping, limit))
                .orElse(List.of());
    }

    /** Empty if the filter names a machine, or a comparison, that is not there. */
    private Optional<EventConditions> conditions(EventFilter filter) {
        return range(filter).map(range -> new EventConditions(filter, range, EventConditions.hasKinds(filter)
                ? kinds.all().stream().filter(kind -> kind.matches(filter)).map(EventKind::id).toList()
                : List.of()));
    }

    private Optional<MachineRange> range(EventFilter filter) {
        MachineRange range = MachineRange.ALL;
        if (filter.comparison() != null) {
            Object[] numbers = machines.numbersOf(filter.comparison()).getFirst();
            if (numbers[0] == null) {
                return Optional.empty();
            }
            range = new MachineRange((Long) numbers[0], (Long) numbers[1]);
        }
        if (filter.machine() != null) {
            MachineEntity machine = machines.findById(filter.machine());
            if (machine == null) {
                return Optional.empty();
            }
            long number = machine.toRow().number();
            if (number < range.first() || number > range.last()) {
                return Optional.empty();
            }
            range = new MachineRange(number, number);
        }
        return Optional.of(range);
    }

    private List<FoundEvent> named(List<EventEntity> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<Long, String> ids =
                machines.idsOf(rows.stream().map(row -> row.key().machine()).collect(Collectors.toSet()))
                        .stream().collect(Collectors.toMap(pair -> (Long) pair[1], pair -> (String) pair[0]));
        List<FoundEvent> found = new ArrayList<>(rows.size());
        for (EventEntity row : rows) {
            String id = ids.get(row.key().machine());
            // A machine that was deleted a moment ago has no events any more.
            if (id != null) {
                EventRow event = row.toRow(id, kinds.get(row.kind()));
                found.add(new FoundEvent(event,
                        new EventPosition(row.key().machine(), row.key().seq(), event.recordedAt())));
            }
        }
        return found;
    }
}
