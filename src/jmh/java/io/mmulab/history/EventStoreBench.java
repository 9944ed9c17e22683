package io.mmulab.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
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
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventLog;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.SimulatedClock;

/** Notifier events stored per second: chunks of 4096 rows, a transaction each, with the schema's keys and indexes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EventStoreBench {
    private static final int CHUNK = 4096;

    @Param({"h2", "postgres"})
    private String database = "";

    private @Nullable EmbeddedPostgres server;
    private @Nullable JdbcConnectionPool pool;
    private @Nullable JdbcEventStore store;
    private @Nullable TransactionTemplate transaction;

    /** An empty database with the schema. */
    @Setup
    public void open() throws IOException {
        DataSource source;
        if (database.equals("postgres")) {
            server = EmbeddedPostgres.builder().start();
            source = server.getPostgresDatabase();
        } else {
            Path folder = Files.createTempDirectory("mmulab-bench");
            pool = JdbcConnectionPool.create("jdbc:h2:file:" + folder.resolve("events"), "sa", "");
            source = pool;
        }
        Flyway.configure().dataSource(source).load().migrate();
        store = new JdbcEventStore(new JdbcTemplate(source));
        transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    }

    /** Stops it. */
    @TearDown
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        if (pool != null) {
            pool.dispose();
        }
    }

    /** One chunk. */
    @Benchmark
    @OperationsPerInvocation(CHUNK)
    public long append() {
        String machine = UUID.randomUUID().toString();
        JdbcEventStore to = store;
        TransactionTemplate within = transaction;
        if (to == null || within == null) {
            throw new IllegalStateException("not open");
        }
        EventLog log = new EventLog(new SimulatedClock(),
                rows -> within.executeWithoutResult(status -> to.append(machine, rows, id -> "device", Instant.EPOCH)));
        for (int i = 0; i < CHUNK; i++) {
            long page = i * 4096L;
            log.event(1, Phase.RANGE_START, EventType.CLEAR, page, page + 4096, true, Cause.WP_PAGE_COPY, -1, null, 0,
                    null);
        }
        return log.lastSequence();
    }
}
