package io.mmulab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Expression;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import org.jspecify.annotations.Nullable;

/** Turns a filter, and a position, into the condition of a query. */
final class EventSpecification {
    private final EventFilter filter;
    private final Root<EventEntity> event;
    private final CriteriaBuilder build;
    private final List<Predicate> conditions = new ArrayList<>();

    private EventSpecification(EventFilter filter, Root<EventEntity> event, CriteriaBuilder build) {
        this.filter = filter;
        this.event = event;
        this.build = build;
    }

    static Predicate condition(EventFilter filter, @Nullable EventPosition after, Root<EventEntity> event,
            CriteriaQuery<?> query, CriteriaBuilder build) {
        var specification = new EventSpecification(filter, event, build);
        specification.equal(event.get("id").get("machine"), filter.machine());
        specification.ofComparison(query);
        specification.values();
        specification.overlap();
        specification.times();
        specification.after(after);
        return build.and(specification.conditions);
    }

    private void values() {
        equal(event.get("addressSpace"), filter.addressSpace());
        equal(event.get("operation"), filter.operation());
        equal(event.get("subscriber"), filter.subscriber());
        oneOf("phase", filter.phases());
        oneOf("type", filter.types());
        oneOf("cause", filter.causes());
        oneOf("reaction", filter.reactions());
        oneOf("violation", filter.violations());
    }

    private void ofComparison(CriteriaQuery<?> query) {
        if (filter.comparison() != null) {
            var machines = query.subquery(String.class);
            var machine = machines.from(MachineEntity.class);
            machines.select(machine.get("id")).where(build.equal(machine.get("comparison"), filter.comparison()));
            conditions.add(event.get("id").get("machine").in(machines));
        }
    }

    private void times() {
        Expression<Long> nanoseconds = event.get("nanoseconds");
        if (filter.fromNanoseconds() != null) {
            conditions.add(build.ge(nanoseconds, filter.fromNanoseconds()));
        }
        if (filter.toNanoseconds() != null) {
            conditions.add(build.lt(nanoseconds, filter.toNanoseconds()));
        }
        if (filter.recordedFrom() != null) {
            conditions.add(build.greaterThanOrEqualTo(event.get("recordedAt"), filter.recordedFrom()));
        }
        if (filter.recordedTo() != null) {
            conditions.add(build.lessThan(event.get("recordedAt"), filter.recordedTo()));
        }
    }

    /** {@code range_start < end and start < range_end}; a range up to the last byte of all may end at 0. */
    private void overlap() {
        Long start = filter.start();
        if (start == null) {
            return;
        }
        long last = filter.end() == null ? start : filter.end() - 1;
        Expression<Long> rangeStart = event.get("rangeStart");
        Expression<Long> rangeEnd = event.get("rangeEnd");
        conditions.add(build.not(above(rangeStart, last)));
        conditions.add(build.or(above(rangeEnd, start),
                build.equal(rangeEnd, -1L),
                build.and(build.equal(rangeEnd, 0L), build.notEqual(rangeStart, 0L))));
    }

    /** Unsigned comparison of a signed column with a number: negative ones are above all others. */
    private Predicate above(Expression<Long> column, long number) {
        var greater = build.gt(column, number);
        var negative = build.lt(column, 0L);
        return number < 0 ? build.and(negative, greater) : build.or(negative, greater);
    }

    private void after(@Nullable EventPosition position) {
        if (position == null) {
            return;
        }
        Expression<String> machine = event.get("id").get("machine");
        var laterInMachine = build.gt(event.get("id").get("seq"), position.seq());
        conditions.add(filter.machine() != null ? laterInMachine
                : build.or(build.greaterThan(machine, position.machine()),
                        build.and(build.equal(machine, position.machine()), laterInMachine)));
    }

    private void equal(Expression<?> column, @Nullable Object value) {
        if (value != null) {
            conditions.add(build.equal(column, value));
        }
    }

    private void oneOf(String column, Set<?> values) {
        if (!values.isEmpty()) {
            conditions.add(event.get(column).in(values));
        }
    }
}
