package io.mmulab.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.event.EventLog;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.SimulatedClock;

/**
 * Notifier events stored per second, by the store and bare, in turns and into the same table with the same keys and indexes: 16
 * chunks of 4096 rows in a transaction. Bare is one binary COPY for all chunks, or a prepared batch, without totals and
 * the rows that say what is in a chunk. Prints the ratio at the end.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 3, time = 10)
public class EventStoreBench {
    private static final int CHUNK = 4096;
    private static final int CHUNKS = 16;
    private static final Instant WHEN = Instant.parse("2026-01-01T00:00:00Z");

    @Param({"h2", "postgres"})
    private String database = "";

    private @Nullable EmbeddedPostgres server;
    private @Nullable JdbcConnectionPool pool;
    private @Nullable World world;
    private final double[][] rates = new double[2][10_000];
    private int rounds;

    /** What both ways need. */
    private record World(JdbcTemplate jdbc, TransactionTemplate transaction, HistoryDatabase database,
            JdbcEventStore store, EventKinds kinds, Partitions partitions) {}

    /** An empty database with the schema. */
    @Setup
    public void open() throws IOException {
        DataSource source;
        if (database.equals("postgres")) {
            server = EmbeddedPostgres.builder().start();
            source = server.getPostgresDatabase();
        } else {
            Path folder = Files.createTempDirectory("mmulab-bench");
            pool = JdbcConnectionPool.create("jdbc:h2:file:" + folder.resolve("events") + ";WRITE_DELAY=0", "sa", "");
            source = pool;
        }
        Flyway.configure().dataSource(source)
                .locations("classpath:db/migration", pool == null ? "classpath:db/postgresql" : "classpath:db/h2")
                .load().migrate();
        JdbcTemplate jdbc = new JdbcTemplate(source);
        HistoryDatabase kind = HistoryConfiguration.database(jdbc);
        EventKinds kinds = new EventKinds(jdbc, jdbc);
        world = new World(jdbc, new TransactionTemplate(new JdbcTransactionManager(source)), kind,
                new JdbcEventStore(jdbc, kind, kinds), kinds,
                new Partitions(source, kind, java.time.Duration.ofDays(1)));
    }

    /** Prints the ratio and stops the database. */
    @TearDown
    public void close() throws IOException {
        double store = median(rates[0]);
        double bare = median(rates[1]);
        System.out.printf("%n%s: store %.0f rows/s, bare %.0f rows/s (medians of %d turns), ratio %.2f%n", database,
                store, bare, rounds, store / bare);
        if (server != null) {
            server.close();
        }
        if (pool != null) {
            pool.dispose();
        }
    }

    private double median(double[] values) {
        double[] sorted = Arrays.copyOf(values, rounds);
        Arrays.sort(sorted);
        return rounds == 0 ? 0 : sorted[rounds / 2];
    }

    /** One turn of each. */
    @Benchmark
    @OperationsPerInvocation(2 * CHUNK * CHUNKS)
    public int inTurns() {
        World at = world;
        if (at == null) {
            throw new IllegalStateException("not open");
        }
        long stored = machine(at, 2 * rounds);
        EventConsumer store = rows -> at.store().append(stored, rows, id -> "device", WHEN);
        long begin = System.nanoTime();
        at.transaction().executeWithoutResult(status -> events(store));
        rates[0][rounds] = CHUNK * CHUNKS * 1e9 / (System.nanoTime() - begin);

        rates[1][rounds] = CHUNK * CHUNKS * 1e9 / bare(at, machine(at, 2 * rounds + 1));
        return ++rounds;
    }

    private static long machine(World at, int number) {
        long machine = MachineNumbers.block(WHEN.toEpochMilli(), number);
        at.partitions().cover(machine);
        return machine;
    }

    /** Rows of all chunks in one go, as a loader would write them. */
    private static long bare(World at, long machine) {
        long[] nanoseconds = {0};
        fill(new EventLog(new SimulatedClock(), rows -> {
            int[] kinds = new int[rows.size()];
            for (int i = 0; i < kinds.length; i++) {
                kinds[i] = at.kinds().number(rows, i);
            }
            long begin = System.nanoTime();
            at.transaction().executeWithoutResult(
                    status -> at.jdbc().execute((ConnectionCallback<@Nullable Void>) connection -> {
                        write(at, connection, machine, rows, kinds);
                        return null;
                    }));
            nanoseconds[0] = System.nanoTime() - begin;
        }, CHUNK * CHUNKS + 1));
        return nanoseconds[0];
    }

    private static void write(World at, Connection connection, long machine, EventColumns rows, int[] kinds)
            throws SQLException {
        at.database().newWriter().write(connection, machine, rows, kinds, id -> "device", WHEN);
    }

    private static void events(EventConsumer consumer) {
        EventLog log = new EventLog(new SimulatedClock(), consumer);
        fill(log);
    }

    /** A range, what a device did on it, and the flush, on pages here and there. */
    private static void fill(EventLog log) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CHUNK * CHUNKS / 4; i++) {
            log.beginOperation(i);
            long page = 0x7f0000000000L + random.nextInt(1 << 20) * 4096L;
            Cause cause = random.nextBoolean() ? Cause.WP_PAGE_COPY : Cause.UNMAP_VMAS;
            log.event(1, Phase.RANGE_START, EventType.CLEAR, page, page + 4096, true, cause, -1, null, 0, null);
            log.event(1, Phase.RANGE_START, EventType.CLEAR, page, page + 4096, true, cause, 1, Reaction.DROPPED, 1,
                    null);
            log.event(1, Phase.TLB_FLUSH, null, page, page + 4096, false, Cause.PTEP_CLEAR_FLUSH, -1, null, 0, null);
            log.event(1, Phase.RANGE_END, EventType.CLEAR, page, page + 4096, true, cause, -1, null, 0, null);
        }
        log.flush();
    }
}
