package io.mmulab.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import io.mmulab.history.EventConditions.MachineRange;

/** Queries over notifier events. One that takes too long is cancelled: see {@link DatabaseFailure#tookTooLong}. */
@Service
@Transactional(readOnly = true, timeoutString = "${mmulab.history.question-seconds}")
public class EventHistory {
    private final EventPages pages;
    private final EventSummaries summaries;
    private final EventKinds kinds;
    private final MachineRepository machines;
    private final ChunkRepository chunks;
    private final EventRanges ranges;

    EventHistory(EventPages pages, EventSummaries summaries, EventKinds kinds, MachineRepository machines,
            ChunkRepository chunks, EventRanges ranges) {
        this.pages = pages;
        this.summaries = summaries;
        this.kinds = kinds;
        this.machines = machines;
        this.chunks = chunks;
        this.ranges = ranges;
    }

    /** Events in an order, behind a position or from the first. */
    public List<FoundEvent> find(EventFilter filter, EventOrder order, @Nullable EventPosition after, int limit) {
        return conditions(filter).map(conditions -> named(pages.read(conditions, order, after, limit)))
                .orElse(List.of());
    }

    /**
     * Events of one machine, behind one of its numbers.
     *
     * @param machine its number
     */
    public List<FoundEvent> findBehind(EventFilter filter, long machine, long seq, int limit) {
        EventConditions one = conditions(filter, new MachineRange(machine, machine));
        return named(pages.read(one, EventOrder.SEQUENCE, new EventPosition(machine, seq, Instant.EPOCH), limit));
    }

    /** Events in order of machine and number. */
    public List<EventRow> find(EventFilter filter, int limit) {
        return find(filter, EventOrder.SEQUENCE, null, limit).stream().map(FoundEvent::row).toList();
    }

    /**
     * Counts events, in order of the groups' keys, machines first and as they were made; one group of all where nothing is
     * grouped by.
     */
    public List<EventGroup> summary(EventFilter filter, EventGrouping grouping, int limit) {
        return conditions(filter).map(conditions -> summaries.read(filter, conditions, grouping, limit))
                .orElse(List.of());
    }

    /** Pages in which the most ranges begin. */
    public List<PageHeat> hotPages(EventFilter filter, int limit) {
        return conditions(filter).map(conditions -> summaries.hotPages(conditions, limit)).orElse(List.of());
    }

    /** How long notifier windows are open, by notifier event; the filter's phases, reactions and subscriber mean nothing here. */
    public List<WindowLatency> latency(EventFilter filter) {
        return conditions(filter.ofWindows()).map(summaries::latency).orElse(List.of());
    }

    /** Machines of the filter, by number, with the number of their last stored event; the filter must name some. */
    public Map<Long, Long> lastStored(EventFilter filter) {
        Map<Long, Long> last = new TreeMap<>();
        range(filter).ifPresent(range -> chunks.lastStored(range.first(), range.last())
                .forEach(pair -> last.put((Long) pair[0], (Long) pair[1])));
        return last;
    }

    /** Empty if the filter names a machine, or a comparison, that is not there. */
    private Optional<EventConditions> conditions(EventFilter filter) {
        return range(filter).map(machines -> conditions(filter, machines));
    }

    private EventConditions conditions(EventFilter filter, MachineRange machines) {
        Long start = filter.start();
        return new EventConditions(filter, machines, kindsOf(filter),
                start == null ? null : ranges.overlapping(start, filter.last(start)));
    }

    private List<Integer> kindsOf(EventFilter filter) {
        return EventConditions.hasKinds(filter)
                ? kinds.all().stream().filter(kind -> kind.matches(filter)).map(EventKind::id).toList()
                : List.of();
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

    /** A machine that was deleted a moment ago has no events any more. */
    private List<FoundEvent> named(List<StoredEvent> rows) {
        List<FoundEvent> found = new ArrayList<>(rows.size());
        for (StoredEvent row : rows) {
            String id = row.machineId();
            if (id != null) {
                found.add(row.named(id, kinds.get(row.kind())));
            }
        }
        return found;
    }
}
