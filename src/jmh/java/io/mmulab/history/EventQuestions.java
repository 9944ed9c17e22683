package io.mmulab.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;

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
 * Fills a database with events of comparisons of traces until there are as many as asked for, then asks each question of the query
 * API again and again, with other values each time, and prints how long the answers took. On PostgreSQL it asks the same in SQL
 * as one would write it by hand, whole rows as text, in turns with the program.
 *
 * <p>Arguments: how many events, traces with commas between, then properties of the service, such as {@code --spring.datasource.url=...}.
 */
final class EventQuestions {
    /** Of the program as a whole: it is not asked a minute after its start only. */
    private static final int WARM_PROGRAM = 5_000;
    private static final int ASKED = 300;
    /** Summaries of everything, which take long. */
    private static final int ADDED_UP = 50;
    private static final int PAGE = 100;
    private static final int SAMPLES = 300;
    private static final String QUESTIONS = System.getProperty("questions", ".*");
    private static final long HOUR = 3600;

    private final EventHistory events;
    private final JdbcTemplate jdbc;
    private final @Nullable Connection bare;
    private final SplittableRandom random = new SplittableRandom(1);
    private List<Place> places = List.of();
    private List<String> subscribers = List.of();
    private List<EventKind> kinds = List.of();

    /** A stored event somewhere in the history, with values that others have as well. */
    private record Place(long machine, String id, String comparison, long seq, OffsetDateTime recordedAt,
            long operation, int addressSpace, long start, long nanoseconds) {
        EventPosition position() {
            return new EventPosition(machine, seq, recordedAt.toInstant());
        }
    }

    /** A question to the program and the same in SQL. */
    private record Question(Runnable program, String sql) {
        /** With the names that an answer has instead of numbers. */
        static Question forRows(Runnable program, String sql) {
            return new Question(program, "select (select m.id from machine m where m.number = e.machine), k.phase,"
                    + " k.event_type, k.blockable, k.cause, k.reaction, k.violation, e.* from (" + sql
                    + ") e join event_kind k on k.id = e.kind order by e.machine, e.seq");
        }
    }

    private EventQuestions(ConfigurableApplicationContext context) throws SQLException {
        events = context.getBean(EventHistory.class);
        jdbc = context.getBean(JdbcTemplate.class);
        bare = context.getBean(HistoryDatabase.class) == HistoryDatabase.POSTGRESQL
                ? context.getBean(DataSource.class).getConnection()
                : null;
    }

    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        var context = new SpringApplicationBuilder(MmuLabApplication.class).web(WebApplicationType.NONE)
                .lazyInitialization(true)
                .run(Arrays.copyOfRange(args, 2, args.length));
        try (context) {
            // What nobody asks for is not made, and this works by itself.
            context.getBean(H2Compaction.class);
            var questions = new EventQuestions(context);
            questions.fill(context.getBean(Comparisons.class), Long.parseLong(args[0]),
                    Arrays.stream(args[1].split(",")).map(Path::of).toList());
            questions.sample();
            questions.warmUp();
            questions.set("set enable_sort = off; set jit = off");
            questions.askForPages();
            questions.set("reset enable_sort; reset jit");
            questions.askForSummaries();
        }
    }

    // --- filling ---

    private long stored() {
        Long count = jdbc.queryForObject("select coalesce(sum(events), 0) from event_total", Long.class);
        return count == null ? 0 : count;
    }

    /** The traces in turns. */
    private void fill(Comparisons comparisons, long wanted, List<Path> traces)
            throws IOException, InterruptedException {
        long before = stored();
        long begin = System.nanoTime();
        int turn = 0;
        for (long seed = before; stored() < wanted; seed++) {
            try (InputStream in = Files.newInputStream(traces.get(turn++ % traces.size()))) {
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
        if (stored() > before) {
            jdbc.execute(bare == null ? "analyze" : "vacuum analyze");
        }
    }

    // --- values to ask for ---

    private void sample() {
        places = jdbc.query("select machine from event_chunk order by random() limit " + SAMPLES,
                (row, i) -> row.getLong(1)).stream().map(this::placeOf).toList();
        subscribers = jdbc.query("select distinct subscriber from event_total where subscriber <> ''",
                (row, i) -> row.getString(1));
        kinds = new EventKinds(jdbc, jdbc).all();
    }

    private void warmUp() {
        for (int i = 0; i < WARM_PROGRAM; i++) {
            Place place = any(places);
            events.find(filter(place.id(), null), EventOrder.SEQUENCE, place.position(), PAGE);
        }
    }

    private Place placeOf(long machine) {
        Long last = jdbc.queryForObject("select max(last_seq) from event_chunk where machine = " + machine, Long.class);
        long seq = 1 + random.nextLong(last == null ? 1 : last);
        Place place = jdbc.queryForObject("""
                select m.id, m.comparison, e.recorded_at, e.operation, e.address_space, e.range_start, e.simulated_ns
                from notifier_event e join machine m on m.number = e.machine where e.machine = %d and e.seq = %d
                """.formatted(machine, seq),
                (row, i) -> new Place(machine, row.getString(1), row.getString(2), seq,
                        row.getObject(3, OffsetDateTime.class), row.getLong(4), row.getInt(5), row.getLong(6),
                        row.getLong(7)));
        if (place == null) {
            throw new IllegalStateException("machine " + machine + " has no event " + seq);
        }
        return place;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    // --- pages ---

    private void askForPages() throws SQLException {
        System.out.printf("%-40s %25s %25s %25s%n", "", "the program", "asked again", bare == null ? "" : "by hand");
        ask("machine", place -> page(filter(place.id(), null), "e.machine = " + place.machine(), place));
        ask("comparison", place -> page(filter(null, place.comparison()), "e.machine between "
                + (place.machine() & -MachineNumbers.BLOCK) + " and "
                + (place.machine() | (MachineNumbers.BLOCK - 1)), place));
        for (Phase phase : Phase.values()) {
            ask("phase " + phase, place -> kinds(Set.of(phase), Set.of(), Set.of(), Set.of(), Set.of(), place));
        }
        for (EventType type : EventType.values()) {
            ask("type " + type, place -> kinds(Set.of(), Set.of(type), Set.of(), Set.of(), Set.of(), place));
        }
        for (Reaction reaction : Reaction.values()) {
            ask("reaction " + reaction,
                    place -> kinds(Set.of(), Set.of(), Set.of(), Set.of(reaction), Set.of(), place));
        }
        for (ViolationKind violation : ViolationKind.values()) {
            ask("violation " + violation,
                    place -> kinds(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(violation), place));
        }
        List<Cause> causes = kinds.stream().map(EventKind::cause).distinct().toList();
        ask("cause", place -> kinds(Set.of(), Set.of(), Set.of(any(causes)), Set.of(), Set.of(), place));
        ask("subscriber", place -> {
            String name = any(subscribers);
            return page(values(null, null, name, null, null, null, null, null), "e.subscriber = '" + name + "'", place);
        });
        ask("address space", place -> page(values(place.addressSpace(), null, null, null, null, null, null, null),
                "e.address_space = " + place.addressSpace(), place));
        ask("operation", place -> page(values(null, place.operation(), null, null, null, null, null, null),
                "e.operation = " + place.operation(), place));
        ask("simulated time", place -> page(
                values(null, null, null, null, null, place.nanoseconds(), place.nanoseconds() + 10_000, null),
                null, place,
                chunks("c.last_ns >= %d and c.first_ns < 10000 + %1$d",
                        "e.simulated_ns >= %d and e.simulated_ns < 10000 + %1$d",
                        place.nanoseconds(), place)));
        ask("wall time", place -> page(values(null, null, null, null, null, null, null, place.recordedAt()),
                null, place, """
                        select e.* from event_chunk c cross join lateral (select * from notifier_event e
                            where e.machine = c.machine and e.seq between c.first_seq and c.last_seq order by e.seq) e
                        where c.recorded_at >= '%s'
                            and c.machine >= (select min(number) from machine where changed_at >= '%1$s')
                        order by c.machine, c.first_seq, e.seq limit %d
                        """.formatted(place.recordedAt(), PAGE)));
        ask("none, in order of time", place -> Question.forRows(
                () -> events.find(filter(null, null), EventOrder.TIME, place.position(), PAGE), """
                        select e.* from event_chunk c cross join lateral (select * from notifier_event e
                            where e.machine = c.machine and e.seq between c.first_seq and c.last_seq order by e.seq) e
                        where (c.recorded_at, c.machine, c.first_seq) >= ('%s', %d, %d)
                        order by c.recorded_at, c.machine, c.first_seq, e.seq limit %d
                        """.formatted(place.recordedAt(), place.machine(), place.seq() & -512, PAGE)));
        ask("address overlap", place -> {
            long end = place.start() + 4096L * (1 + random.nextInt(16));
            return page(values(null, null, null, place.start(), end, null, null, null), null, place,
                    overlapping(place, end));
        });
    }

    private static EventFilter filter(@Nullable String machine, @Nullable String comparison) {
        return new EventFilter(machine, comparison, null, null, Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(),
                null, null, null, null, null, null);
    }

    private static EventFilter values(@Nullable Integer addressSpace, @Nullable Long operation,
            @Nullable String subscriber, @Nullable Long start, @Nullable Long end, @Nullable Long fromNanoseconds,
            @Nullable Long toNanoseconds, @Nullable OffsetDateTime from) {
        return new EventFilter(null, null, addressSpace, operation, Set.of(), Set.of(), Set.of(), subscriber, Set.of(),
                Set.of(), start, end, fromNanoseconds, toNanoseconds, from == null ? null : from.toInstant(), null);
    }

    /** A page by plain conditions, as one would write it. */
    private Question page(EventFilter filter, String where, Place place) {
        return page(filter, where, place, "");
    }

    /** Every other question is for the first page, the others for one somewhere in the history. */
    private Question page(EventFilter filter, @Nullable String where, Place place, String sql) {
        boolean somewhere = sql.isEmpty() && random.nextBoolean();
        return Question.forRows(
                () -> events.find(filter, EventOrder.SEQUENCE, somewhere ? place.position() : null, PAGE),
                where == null ? sql
                        : "select * from notifier_event e where " + where + behind(place, somewhere)
                                + " order by e.machine, e.seq limit " + PAGE);
    }

    private static String behind(Place place, boolean somewhere) {
        return somewhere ? " and e.machine >= %d and (e.machine, e.seq) > (%d, %d)".formatted(place.machine(),
                place.machine(), place.seq()) : "";
    }

    private Question kinds(Set<Phase> phases, Set<EventType> types, Set<Cause> causes, Set<Reaction> reactions,
            Set<ViolationKind> violations, Place place) {
        boolean somewhere = random.nextBoolean();
        var filter = new EventFilter(null, null, null, null, phases, types, causes, null, reactions, violations, null,
                null, null, null, null, null);
        String numbers = kinds.stream().filter(kind -> kind.matches(filter)).map(kind -> "(" + kind.id() + ")")
                .collect(Collectors.joining(","));
        return Question.forRows(
                () -> events.find(filter, EventOrder.SEQUENCE, somewhere ? place.position() : null, PAGE),
                merged(numbers, "kind", "true" + behind(place, somewhere)));
    }

    /** The first rows of each value, merged: what one finds when "in" was too slow. */
    private static String merged(String values, String column, String where) {
        String end = " order by e.machine, e.seq limit " + PAGE;
        return values.isEmpty() ? "select * from notifier_event where false"
                : "select e.* from (values " + values
                        + ") v(value) cross join lateral (select * from notifier_event e where e."
                        + column + " = v.value and " + where + end + ") e" + end;
    }

    /** The different ranges of the cells, jumping from one to the next, and the first rows of each that fits, merged. */
    private static String overlapping(Place place, long end) {
        String cells = IntStream.range(0, EventCell.LEVELS)
                .mapToObj(level -> EventCell.overlapping(level, place.start(), end - 1))
                .flatMap(range -> LongStream.rangeClosed(range[0], range[1]).boxed())
                .map(cell -> "(" + cell + ")").collect(Collectors.joining(","));
        return """
                with recursive r as (
                    select n.* from (values (%d),%s) v(value) cross join lateral (
                        select range_cell, range_start, range_end from notifier_event where range_cell = v.value
                        order by 1, 2, 3 limit 1) n
                    union all
                    select n.* from r cross join lateral (
                        select e.range_cell, e.range_start, e.range_end from notifier_event e
                        where e.range_cell = r.range_cell
                            and (e.range_start, e.range_end) > (r.range_start, r.range_end)
                        order by 1, 2, 3 limit 1) n)
                select e.* from r cross join lateral (
                    select * from notifier_event e where e.range_cell = r.range_cell and e.range_start = r.range_start
                        and e.range_end = r.range_end order by e.machine, e.seq limit %d) e
                where r.range_cell = -1 or r.range_start < %d and r.range_end > %d
                order by e.machine, e.seq limit %d
                """.formatted(EventCell.WHOLE, cells, PAGE, end, place.start(), PAGE);
    }

    private static String chunks(String which, String rows, long value, Place place) {
        return """
                select e.* from event_chunk c cross join lateral (select * from notifier_event e
                    where e.machine = c.machine and e.seq between c.first_seq and c.last_seq and %s order by e.seq) e
                where %s order by c.machine, c.first_seq, e.seq limit %d
                """.formatted(rows.formatted(value, value), which.formatted(value, value), PAGE);
    }

    // --- summaries ---

    private void askForSummaries() throws SQLException {
        summary("summary of all by type and machine", "m.id, k.event_type", "e.machine, m.id, k.event_type",
                EventGrouping.by(EventColumn.MACHINE, EventColumn.TYPE));
        summary("summary of all by type", "k.event_type", "k.event_type", EventGrouping.by(EventColumn.TYPE));
        summary("summary of all by phase and hour",
                "k.phase, floor(extract(epoch from e.from_minute) / 3600)",
                "k.phase, floor(extract(epoch from e.from_minute) / 3600)",
                new EventGrouping(List.of(EventColumn.PHASE), Duration.ofSeconds(HOUR), null, false));
    }

    private void summary(String name, String select, String group, EventGrouping grouping) throws SQLException {
        String sql = "select " + select + ", sum(e.events), sum(e.entries), sum(e.pages) from event_total e"
                + " join event_kind k on k.id = e.kind join machine m on m.number = e.machine group by " + group
                + " order by " + group + " limit 1001";
        time(name, ADDED_UP, () -> new Question(() -> events.summary(filter(null, null), grouping, 1001), sql));
    }

    // --- timing ---

    /** What one would set by hand as well, having seen the planner sort a million rows to find a hundred. */
    private void set(String settings) throws SQLException {
        if (bare != null) {
            try (Statement statement = bare.createStatement()) {
                statement.execute(settings);
            }
        }
    }

    private void ask(String name, Function<Place, Question> question) throws SQLException {
        time("page by " + name, ASKED, () -> question.apply(any(places)));
    }

    /** Each question is asked twice: the first answer may wait for the disk, the second does not. */
    private void time(String name, int asked, Supplier<Question> questions) throws SQLException {
        if (!Pattern.matches(QUESTIONS, name)) {
            return;
        }
        double[] first = new double[asked];
        double[] program = new double[asked];
        double[] byHand = new double[asked];
        for (int i = -asked / 3; i < asked; i++) {
            Question question = questions.get();
            long begin = System.nanoTime();
            question.program().run();
            long again = System.nanoTime();
            question.program().run();
            long between = System.nanoTime();
            if (bare != null) {
                read(bare, question.sql());
            }
            if (i >= 0) {
                first[i] = (again - begin) / 1e6;
                program[i] = (between - again) / 1e6;
                byHand[i] = (System.nanoTime() - between) / 1e6;
            }
        }
        System.out.printf(Locale.ROOT, "%-40s %s %s %s%n", name, percentiles(first), percentiles(program),
                bare == null ? "" : percentiles(byHand));
    }

    private static void read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= columns; i++) {
                    rows.getString(i);
                }
            }
        }
    }

    private static String percentiles(double[] milliseconds) {
        Arrays.sort(milliseconds);
        return String.format(Locale.ROOT, "p50 %6.2f p99 %7.2f ms", milliseconds[milliseconds.length / 2],
                milliseconds[milliseconds.length * 99 / 100]);
    }
}
