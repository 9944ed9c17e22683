package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

import io.mmulab.lab.comparison.ComparisonProgress.Status;
import io.mmulab.lab.comparison.Comparisons;
import io.mmulab.testdb.EmptyDatabase;
import io.mmulab.testdb.PerishableDatabase;
import io.mmulab.testdb.PerishableDatabase.KilledServer;

/**
 * The database goes away and comes back, again and again, while three clients change machines and a comparison runs. What was answered
 * is there once; what was answered 503 is there wholly or not at all; the comparison ends as one that nothing disturbed; and the service
 * was never started again. {@code -Dmmulab.outage.rounds=50} is the long form.
 */
class DatabaseOutageIT {
    private static final int ROUNDS = Integer.getInteger("mmulab.outage.rounds", 3);
    private static final int CLIENTS = 3;
    /** The database goes away after so many answers at most. */
    private static final int MOST_ANSWERS = 40;
    /** For what is waited for because it must come. */
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String SOON = "--spring.datasource.hikari.connection-timeout=1000";
    private static final String RENEWAL = "--mmulab.comparison.renewal=500ms";
    private static final String NO_PATIENCE = "--mmulab.comparison.patience=0s";

    private final long seed = Long.getLong("mmulab.outage.seed", System.nanoTime());
    private final Semaphore answers = new Semaphore(0);
    private int disturbed;
    private int begun;

    @Test
    void whatWasAnsweredIsThereOnceAndTheServiceGoesOn() throws Exception {
        try (PerishableDatabase database = PerishableDatabase.create()) {
            int unanswered;
            try (var service = new Service(database.address(), SOON, RENEWAL, NO_PATIENCE)) {
                unanswered = disturb(service, database);
                Comparisons comparisons = service.bean(Comparisons.class);
                await().atMost(LONG).until(() -> running(comparisons) == 0);
            }
            System.out.printf("%d outages of %s: %d changes unanswered, %d comparisons begun, one was running in %d%n",
                    ROUNDS, database.address().jdbcUrl().split(":", 3)[1], unanswered, begun, disturbed);
            assertThat(disturbed).as("seed %d: outages while a comparison ran", seed).isPositive();
            try (var reader = new VictimProcess(database.address(), Victim.class, "finish", "0")) {
                assertThat(reader.until(Victim.READY)).as("seed %d", seed)
                        .noneMatch(line -> line.startsWith(Victim.BROKEN))
                        .filteredOn(line -> line.startsWith(Victim.REBUILT)).hasSize(CLIENTS);
                VictimProcess.sameEvents(reader.until(Victim.END));
            }
        }
    }

    private int disturb(Service service, PerishableDatabase database) throws Exception {
        Random random = new Random(seed);
        List<PatientClient> clients = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(CLIENTS + 1)) {
            CompletionService<PatientClient> ends = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new PatientClient(service, "client-" + i, random.nextLong(), i > 0, answers::release));
                ends.submit(clients.getLast());
            }
            var reader = new PatientReader(service, clients.getFirst());
            Future<List<Long>> seen = threads.submit(reader);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    compare(service.bean(Comparisons.class));
                    waitFor(1 + random.nextInt(MOST_ANSWERS), ends);
                    disturbed += running(service.bean(Comparisons.class)) > 0 ? 1 : 0;
                    database.goAway(random.nextInt(database.ways()));
                    if (database.isAway()) {
                        saysSo(service);
                    }
                    database.comeBack();
                    await().atMost(LONG).until(() -> status(service, "/actuator/health/readiness") == 200);
                }
                waitFor(CLIENTS, ends);
            } finally {
                clients.forEach(PatientClient::stop);
            }
            for (int i = 0; i < CLIENTS; i++) {
                ends.take().get();
            }
            missedNothing(service, clients.getFirst(), reader, seen);
        }
        return clients.stream().mapToInt(PatientClient::unanswered).sum();
    }

    /** Who followed a machine's events through all outages, on one stream, has each of them once, in order. */
    private void missedNothing(Service service, PatientClient client, PatientReader reader, Future<List<Long>> seen)
            throws Exception {
        long events = Service.json(service.get(client.machine().join())).get("events").asLong();
        assertThat(reader.opened()).as("seed %d: streams", seed).isEqualTo(1);
        reader.until(events);
        assertThat(seen.get()).as("seed %d: events that were followed", seed)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
        System.out.printf("%d events were followed, and the stream told %d times to wait%n", events,
                reader.interrupted());
    }

    /** For answers from now on; a client that ends has failed. */
    private void waitFor(int count, CompletionService<PatientClient> ends)
            throws InterruptedException, ExecutionException {
        answers.drainPermits();
        while (!answers.tryAcquire(count, 1, TimeUnit.SECONDS)) {
            Future<PatientClient> ended = ends.poll();
            if (ended != null) {
                ended.get();
                throw new AssertionError("seed " + seed + ": a client ended");
            }
        }
    }

    /** What a client sees while the database is away. */
    private static void saysSo(Service service) throws IOException, InterruptedException {
        for (HttpResponse<String> answer : List.of(service.post("/api/v1/machines", """
                {"architecture": "arm64", "kernelDesign": "linux-6.6"}"""), service.get("/api/v1/events"))) {
            databaseAway(answer);
        }
        assertThat(status(service, "/actuator/health/readiness")).isEqualTo(503);
        assertThat(status(service, "/actuator/health/database")).isEqualTo(503);
        assertThat(status(service, "/actuator/health/liveness")).isEqualTo(200);
    }

    private static void databaseAway(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow())).isPositive();
        assertThat(Service.json(answer).get("type").asString()).isEqualTo("/problems/database-away");
    }

    private static int status(Service service, String path) throws IOException, InterruptedException {
        return service.get(path).statusCode();
    }

    private void compare(Comparisons comparisons) throws IOException {
        if (running(comparisons) == 0) {
            try (InputStream in = new ClassPathResource(Victim.TRACE).getInputStream()) {
                comparisons.start(Victim.COMPARED, in);
            }
            begun++;
        }
    }

    private static long running(Comparisons comparisons) {
        return comparisons.list("", 1000).stream().filter(one -> one.status() == Status.RUNNING).count();
    }

    /** A network that is gone closes nothing: the connection is silent. */
    @Test
    @Tag("postgres")
    void aServerThatSaysNothingIsAwayAfterAWhile() throws Exception {
        try (var database = (KilledServer) PerishableDatabase.create()) {
            EmptyDatabase address = database.address();
            try (var connection = address.dataSource().getConnection()) {
                assertThat(connection.getNetworkTimeout()).isEqualTo(60_000);
            }
            String hasty = address.jdbcUrl() + (address.jdbcUrl().contains("?") ? "&" : "?") + "socketTimeout=2";
            try (var service = new Service(new EmptyDatabase(hasty, address.username(), address.password()), SOON)) {
                var client = new PatientClient(service, "client", 1, true, () -> {
                });
                client.stop();
                client.call();
                database.freeze();
                try {
                    saysSo(service);
                } finally {
                    database.thaw();
                }
                await().atMost(LONG).until(() -> status(service, "/actuator/health/readiness") == 200);
                var another = new PatientClient(service, "another", 2, true, () -> {
                });
                another.stop();
                another.call();
            }
        }
    }
}
