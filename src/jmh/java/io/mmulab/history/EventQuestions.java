package io.mmulab.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import io.mmulab.MmuLabApplication;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.lab.comparison.ComparisonRequest;
import io.mmulab.lab.comparison.Comparisons;

/**
 * Fills a database with events of comparisons of a trace until there are as many as asked for, then asks each question of the query API
 * again and again, with other values each time, and prints how long the answers took.
 *
 * <p>Arguments: how many events, a trace, then properties of the service, such as {@code --spring.datasource.url=...}.
 */
final class EventQuestions {
    private static final int WARM_UP = 20;
    private static final int ASKED = 100;
    private static final int PAGE = 100;

    private final EventHistory events;
    private final JdbcTemplate jdbc;
    private final SplittableRandom random = new SplittableRandom(1);

    private EventQuestions(ConfigurableApplicationContext context) {
        events = context.getBean(EventHistory.class);
        jdbc = context.getBean(JdbcTemplate.class);
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        var context = new SpringApplicationBuilder(MmuLabApplication.class).web(WebApplicationType.NONE)
                .lazyInitialization(true)
                .run(Arrays.copyOfRange(args, 2, args.length));
        try (context) {
            var questions = new EventQuestions(context);
            questions.fill(context.getBean(Comparisons.class), Long.parseLong(args[0]), Path.of(args[1]));
            questions.askAll();
        }
    }

    private long stored() {
        Long count = jdbc.queryForObject("select coalesce(sum(events), 0) from event_total", Long.class);
        return count == null ? 0 : count;
    }

    private void fill(Comparisons comparisons, long wanted, Path trace) throws IOException, InterruptedException {
        long before = stored();
        long begin = System.nanoTime();
        for (long seed = before; stored() < wanted; seed++) {
            try (InputStream in = Files.newInputStream(trace)) {
                String id =
                        comparisons.start(new ComparisonRequest(null, null, null, "random", seed, true, null, null), in)
                                .id();
                while (comparisons.find(id).orElseThrow().table() == null) {
                    Thread.sleep(50);
                }
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("%,d events, %,d of them made in %.0f s%n", stored(), stored() - before, seconds);
        jdbc.execute("analyze");
    }

    private void askAll() {
        ask("page by machine", () -> page(filter(machine(), null, Set.of(), Set.of(), null, null)));
        ask("page by comparison", () -> page(new EventFilter(null, one("id", "comparison"), null, null, Set.of(),
                Set.of(), Set.of(), null, Set.of(), Set.of(), null, null, null, null, null, null)));
        for (Phase phase : Phase.values()) {
            ask("page by phase " + phase, () -> page(filter(null, null, Set.of(phase), Set.of(), null, null)));
        }
        for (EventType type : EventType.values()) {
            ask("page by type " + type, () -> page(filter(null, null, Set.of(), Set.of(type), null, null)));
        }
        for (Reaction reaction : Reaction.values()) {
            ask("page by reaction " + reaction, () -> page(kinds(Set.of(), Set.of(reaction), Set.of())));
        }
        ask("page by cause", () -> page(kinds(Set.of(Cause.values()[random.nextInt(Cause.values().length)]), Set.of(),
                Set.of())));
        ask("page by violation", () -> page(kinds(Set.of(), Set.of(),
                Set.of(ViolationKind.values()[random.nextInt(ViolationKind.values().length)]))));
        ask("page by subscriber", () -> page(new EventFilter(null, null, null, null, Set.of(), Set.of(), Set.of(),
                one("subscriber", "notifier_event where subscriber is not null"), Set.of(), Set.of(), null, null, null,
                null, null, null)));
        ask("page by address space", () -> page(new EventFilter(null, null, 1 + random.nextInt(4), null, Set.of(),
                Set.of(), Set.of(), null, Set.of(), Set.of(), null, null, null, null, null, null)));
        ask("page by operation", () -> page(new EventFilter(null, null, null, 1L + random.nextInt(500), Set.of(),
                Set.of(), Set.of(), null, Set.of(), Set.of(), null, null, null, null, null, null)));
        ask("page by simulated time", () -> page(new EventFilter(null, null, null, null, Set.of(), Set.of(), Set.of(),
                null, Set.of(), Set.of(), null, null, (long) random.nextInt(1_000_000), null, null, null)));
        ask("page in order of time", () -> events.find(filter(null, null, Set.of(), Set.of(), null, null),
                EventOrder.TIME, null, PAGE));
        ask("page by address overlap", () -> {
            long at = address();
            page(filter(null, null, Set.of(), Set.of(), at, at + 4096L * (1 + random.nextInt(16))));
        });
        ask("summary of all by type and machine", () -> events.summary(
                filter(null, null, Set.of(), Set.of(), null, null),
                EventGrouping.by(EventColumn.TYPE, EventColumn.MACHINE), 1001));
        ask("summary of all by phase and hour", () -> events.summary(filter(null, null, Set.of(), Set.of(), null, null),
                new EventGrouping(List.of(EventColumn.PHASE), Duration.ofHours(1), null, false), 1001));
    }

    private static EventFilter filter(@Nullable String machine, @Nullable String comparison, Set<Phase> phases,
            Set<EventType> types, @Nullable Long start, @Nullable Long end) {
        return new EventFilter(machine, comparison, null, null, phases, types, Set.of(), null, Set.of(), Set.of(),
                start, end, null, null, null, null);
    }

    private static EventFilter kinds(Set<Cause> causes, Set<Reaction> reactions, Set<ViolationKind> violations) {
        return new EventFilter(null, null, null, null, Set.of(), Set.of(), causes, null, reactions, violations, null,
                null, null, null, null, null);
    }

    /** Half of the times the first page, half of the times that and the one behind it. */
    private void page(EventFilter filter) {
        List<FoundEvent> first = events.find(filter, EventOrder.SEQUENCE, null, PAGE);
        if (random.nextBoolean() && !first.isEmpty()) {
            events.find(filter, EventOrder.SEQUENCE, first.getLast().position(), PAGE);
        }
    }

    private @Nullable String machine() {
        return one("id", "machine");
    }

    private @Nullable String one(String column, String from) {
        return jdbc.queryForObject("select " + column + " from " + from + " limit 1", String.class);
    }

    private long address() {
        Long at = jdbc.queryForObject("select range_start from notifier_event where range_cell <> -1 and operation >= "
                + random.nextInt(300) + " limit 1", Long.class);
        return at == null ? 0 : at;
    }

    private static void ask(String question, Runnable answer) {
        double[] milliseconds = new double[ASKED];
        for (int i = -WARM_UP; i < ASKED; i++) {
            long begin = System.nanoTime();
            answer.run();
            if (i >= 0) {
                milliseconds[i] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(milliseconds);
        System.out.printf(Locale.ROOT, "%-45s p50 %8.2f ms   p99 %8.2f ms%n", question, milliseconds[ASKED / 2],
                milliseconds[ASKED * 99 / 100]);
    }
}
