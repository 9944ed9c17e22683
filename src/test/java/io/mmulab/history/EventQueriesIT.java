package io.mmulab.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.support.TransactionTemplate;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.testdb.TestDatabase;

/** Random questions over random events: each answer is what a plain look at every event gives. */
@SpringBootTest
@Import(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventQueriesIT {
    private static final int QUESTIONS = 250;
    private static final int PAGE = 37;

    @Autowired
    private EventStore store;

    @Autowired
    private EventHistory events;

    @Autowired
    private MachineHistory machines;

    @Autowired
    private ComparisonHistory comparisons;

    @Autowired
    private TransactionTemplate transaction;

    private final String comparison = UUID.randomUUID().toString();
    private final List<String> ids = new ArrayList<>();
    private final List<EventRow> all = new ArrayList<>();
    private final Random random = new Random(5);

    @BeforeAll
    void store() {
        Instant start = Instant.parse("2031-05-05T10:00:30Z").plusSeconds(random.nextInt(1000));
        comparisons.save(new ComparisonRow(comparison, "DONE", "{}", null, null, null, start, start));
        long block = MachineNumbers.block(System.currentTimeMillis(), random.nextInt(MachineNumbers.BLOCKS));
        for (int m = 0; m < 3; m++) {
            String id = comparison.substring(0, 30) + "-" + m;
            long number = block + m;
            machines.add(new MachineRow(id, number, null, MachineKind.COMPARISON_CELL, comparison, "arm64", "6.6",
                    "linux-6.6", null, "{}", start, 0, 0));
            Instant[] now = {start.plusSeconds(m)};
            var stored = new StoredEvents(id, m, rows -> transaction.executeWithoutResult(
                    status -> store.append(number, rows, StoredEvents::deviceName, now[0])));
            for (int chunk = 0; chunk < 25; chunk++) {
                stored.write(1 + random.nextInt(120), now[0]);
                now[0] = now[0].plusSeconds(random.nextInt(20));
            }
            ids.add(id);
            all.addAll(stored.rows());
        }
    }

    @Test
    void anyCombinationOfFiltersFindsWhatItNamesOnPagesOfAnySize() {
        for (int i = 0; i < QUESTIONS; i++) {
            EventFilter filter = filter();
            EventOrder order = random.nextBoolean() ? EventOrder.SEQUENCE : EventOrder.TIME;
            Comparator<EventRow> bySequence = Comparator.comparing(EventRow::machine)
                    .thenComparingLong(EventRow::seq);
            List<EventRow> expected = all.stream().filter(matches(filter))
                    .sorted(order == EventOrder.TIME ? Comparator.comparing(EventRow::recordedAt)
                            .thenComparing(bySequence) : bySequence)
                    .toList();

            assertThat(paged(filter, order)).as("%s %s", filter, order).isEqualTo(expected);
        }
    }

    @Test
    void summariesAddUpFromTotalsAsFromRows() {
        for (int i = 0; i < QUESTIONS; i++) {
            EventFilter filter = filter();
            List<EventColumn> columns = Arrays.stream(EventColumn.values()).filter(c -> random.nextInt(6) == 0)
                    .filter(c -> c != EventColumn.ARCHITECTURE && c != EventColumn.KERNEL_DESIGN).toList();
            Duration bucket = random.nextInt(3) > 0 ? null : Duration.ofSeconds(random.nextBoolean() ? 60 : 7);
            boolean distinct = random.nextInt(4) == 0;
            var grouping = new EventGrouping(columns, bucket, random.nextInt(4) == 0 ? 100L : null, distinct);

            assertThat(byKey(events.summary(filter, grouping, 100_000))).as("%s %s", filter, grouping)
                    .isEqualTo(expectedGroups(filter, grouping));
        }
    }

    private static Map<Map<String, @Nullable Object>, List<@Nullable Object>> byKey(List<EventGroup> groups) {
        Map<Map<String, @Nullable Object>, List<@Nullable Object>> map = new HashMap<>();
        for (EventGroup group : groups) {
            Map<String, @Nullable Object> key = new HashMap<>();
            group.key().forEach((name, value) -> key.put(name, value == null ? null : value.toString()));
            if (group.events() > 0) {
                map.put(key, Arrays.asList(group.events(), group.entries(), group.pages(), group.entriesDropped(),
                        group.spuriousZaps(), group.distinctPages()));
            }
        }
        return map;
    }

    private Map<Map<String, @Nullable Object>, List<@Nullable Object>> expectedGroups(EventFilter filter,
            EventGrouping grouping) {
        return all.stream().filter(matches(filter)).collect(Collectors.groupingBy(row -> key(row, grouping))).entrySet()
                .stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> measures(entry.getValue(), grouping)));
    }

    private Map<String, @Nullable Object> key(EventRow row, EventGrouping grouping) {
        Map<String, @Nullable Object> key = new HashMap<>();
        for (EventColumn column : grouping.columns()) {
            Object value = switch (column) {
                case MACHINE -> row.machine();
                case COMPARISON -> comparison;
                case OPERATION -> row.operation();
                case ADDRESS_SPACE -> row.addressSpace();
                case PHASE -> row.phase();
                case TYPE -> row.type();
                case CAUSE -> row.cause();
                case SUBSCRIBER -> row.subscriber();
                case REACTION -> row.reaction();
                case VIOLATION -> row.violation();
                case ARCHITECTURE, KERNEL_DESIGN -> throw new AssertionError();
            };
            key.put(column.label(), value == null ? null : value.toString());
        }
        Duration bucket = grouping.bucket();
        if (bucket != null) {
            long width = bucket.toSeconds();
            key.put("recordedFrom",
                    Instant.ofEpochSecond(row.recordedAt().getEpochSecond() / width * width).toString());
        }
        Long simulated = grouping.simulatedBucket();
        if (simulated != null) {
            key.put("fromNanoseconds", String.valueOf(row.nanoseconds() / simulated * simulated));
        }
        return key;
    }

    private static List<@Nullable Object> measures(List<EventRow> rows, EventGrouping grouping) {
        long entries = rows.stream().mapToLong(EventRow::entries).sum();
        long pages = rows.stream().mapToLong(row -> EventTotals.pages(row.start(), row.end())).sum();
        long dropped = rows.stream()
                .filter(row -> row.reaction() == Reaction.DROPPED && row.phase() != Phase.SPURIOUS_ZAP)
                .mapToLong(EventRow::entries).sum();
        long spurious =
                rows.stream().filter(row -> row.phase() == Phase.SPURIOUS_ZAP).mapToLong(EventRow::entries).sum();
        Long distinct = grouping.distinctPages()
                ? rows.stream().filter(row -> EventCell.of(row.start(), row.end()) != EventCell.WHOLE)
                        .mapToLong(EventRow::start).distinct().count()
                : null;
        return Arrays.asList((long) rows.size(), entries, pages, dropped, spurious, distinct);
    }

    private List<EventRow> paged(EventFilter filter, EventOrder order) {
        List<EventRow> found = new ArrayList<>();
        EventPosition after = null;
        while (true) {
            List<FoundEvent> page = events.find(filter, order, after, PAGE);
            page.forEach(event -> found.add(event.row()));
            if (page.size() < PAGE) {
                return found;
            }
            after = page.getLast().position();
        }
    }

    private EventFilter filter() {
        Long start = null;
        Long end = null;
        if (random.nextInt(3) == 0) {
            start = random.nextInt(5) == 0 ? -8192L : 0x7f0000000000L + random.nextInt(4000 * 4096);
            end = random.nextBoolean() ? null : Long.valueOf(start + 1 + random.nextInt(4096 << random.nextInt(10)));
        }
        EventRow some = all.get(random.nextInt(all.size()));
        Instant minute = some.recordedAt().truncatedTo(ChronoUnit.MINUTES);
        return new EventFilter(random.nextInt(3) == 0 ? ids.get(random.nextInt(3)) : null, comparison,
                rarely(some.addressSpace()), rarely(some.operation()), some(Phase.class), some(EventType.class),
                random.nextInt(5) == 0 ? EnumSet.of(some.cause(), Cause.UNMAP_VMAS) : Set.of(),
                rarely("device-" + random.nextInt(3)), some(Reaction.class), some(ViolationKind.class), start, end,
                rarely(some.nanoseconds()), rarely(some.nanoseconds() + random.nextInt(1000)),
                rarely(random.nextBoolean() ? minute : some.recordedAt()),
                rarely(random.nextBoolean() ? minute.plusSeconds(60) : some.recordedAt().plusSeconds(40)));
    }

    private <T> @Nullable T rarely(T value) {
        return random.nextInt(6) == 0 ? value : null;
    }

    private <E extends Enum<E>> Set<E> some(Class<E> type) {
        if (random.nextInt(6) > 0) {
            return Set.of();
        }
        return Arrays.stream(type.getEnumConstants()).filter(value -> random.nextInt(3) == 0)
                .collect(Collectors.toSet());
    }

    private Predicate<EventRow> matches(EventFilter filter) {
        return row -> is(filter.machine(), row.machine()) && is(filter.addressSpace(), row.addressSpace())
                && is(filter.operation(), row.operation()) && is(filter.subscriber(), row.subscriber())
                && in(filter.phases(), row.phase()) && in(filter.types(), row.type())
                && in(filter.causes(), row.cause()) && in(filter.reactions(), row.reaction())
                && in(filter.violations(), row.violation()) && overlaps(filter, row)
                && (filter.fromNanoseconds() == null || row.nanoseconds() >= filter.fromNanoseconds())
                && (filter.toNanoseconds() == null || row.nanoseconds() < filter.toNanoseconds())
                && (filter.recordedFrom() == null || !row.recordedAt().isBefore(filter.recordedFrom()))
                && (filter.recordedTo() == null || row.recordedAt().isBefore(filter.recordedTo()));
    }

    private static boolean is(@Nullable Object wanted, @Nullable Object value) {
        return wanted == null || wanted.equals(value);
    }

    private static boolean in(Set<?> wanted, @Nullable Object value) {
        return wanted.isEmpty() || (value != null && wanted.contains(value));
    }

    private static boolean overlaps(EventFilter filter, EventRow row) {
        Long start = filter.start();
        if (start == null) {
            return true;
        }
        long last = filter.end() == null ? start : Objects.requireNonNull(filter.end()) - 1;
        boolean toTheEnd = row.end() == -1 || (row.end() == 0 && row.start() != 0);
        return Long.compareUnsigned(row.start(), last) <= 0
                && (toTheEnd || Long.compareUnsigned(row.end(), start) > 0);
    }
}
