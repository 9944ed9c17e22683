package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.testdb.EmptyDatabase;

/** Two processes serve the same machines from one PostgreSQL; clients ask either. On H2 there is only one process. */
@Tag("postgres")
class TwoReplicasIT {
    private static final int CLIENTS = 4;
    private static final int REQUESTS = Integer.getInteger("mmulab.replicas.requests", 40);
    private static final String WRITE = """
            {"op": "access", "mm": 1, "address": "0x7f000000%d000", "access": "WRITE", "value": %d}
            """;
    private static final String MACHINE = """
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "devices": [{"name": "vm", "model": "kvm"}]}
            """;
    private static final String NO_PATIENCE = "--mmulab.comparison.patience=0s";
    private static final String RENEWAL = "--mmulab.comparison.renewal=500ms";
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final EmptyDatabase database = EmptyDatabase.create();

    @Test
    void everyAnsweredChangeIsInTheJournalOnceAndBothSeeTheSameMachine() throws Exception {
        try (var first = replica(); var second = replica()) {
            List<String> at = List.of(address(first), address(second));
            String machine = machine(at.getFirst());
            List<Long> answered = ask(at, machine);

            // Two from the making of the machine, one for the mapping, and those of the clients.
            assertThat(answered).doesNotHaveDuplicates();
            List<Long> expected = LongStream.rangeClosed(4, 3 + answered.size()).boxed().toList();
            assertThat(answered).containsExactlyInAnyOrderElementsOf(expected);
            for (String one : at) {
                assertThat(json(get(one + machine)).get("operations").asLong()).isEqualTo(3 + answered.size());
            }
            for (String path : List.of("/operations?limit=1000", "/address-spaces/1/vmas?limit=1000")) {
                assertThat(get(at.get(0) + machine + path).body()).isEqualTo(get(at.get(1) + machine + path).body());
            }
            onlyTheVersionThatWasSeenIsChanged(at, machine);
            aKeyMakesAChangeOnce(at, machine);
            aKeyMakesAMachineOnce(at);
        }
        try (var reader = new VictimProcess(database, Victim.class, "finish", "0")) {
            assertThat(reader.until(Victim.READY)).noneMatch(line -> line.startsWith(Victim.BROKEN))
                    .anyMatch(line -> line.startsWith(Victim.REBUILT));
        }
    }

    @Test
    void aComparisonIsCancelledThroughTheOtherReplica() throws Exception {
        try (var first = replica(NO_PATIENCE, RENEWAL); var second = replica(NO_PATIENCE, RENEWAL)) {
            String there = address(second);
            String comparison = compare(address(first));
            assertThat(send(HttpRequest.newBuilder(URI.create(there + comparison)).DELETE()).statusCode())
                    .isEqualTo(202);
            var ended = await().atMost(Duration.ofMinutes(10)).until(() -> json(get(there + comparison)),
                    progress -> !progress.get("status").asString().equals("RUNNING"));
            assertThat(ended.get("status").asString()).isEqualTo("CANCELLED");
            String id = comparison.substring(comparison.lastIndexOf('/') + 1);
            assertThat(json(get(there + "/api/v1/events?comparison=" + id)).get("items")).isEmpty();
            assertThat(send(HttpRequest.newBuilder(URI.create(there + comparison)).DELETE()).statusCode())
                    .isEqualTo(409);
        }
    }

    @Test
    void aRunOfScenariosBelongsToItsReplicaAndGoesWithIt() throws Exception {
        String[] properties = {NO_PATIENCE, RENEWAL, "--mmulab.comparison.lease=2s"};
        try (var first = replica(properties); var second = replica(properties)) {
            String here = address(first);
            String there = address(second);
            assertThat(ended(there, runAll(here))).as("while its owner lives, nobody takes it").isEqualTo("DONE");

            String cancelled = underWay(here, runAll(here));
            assertThat(send(HttpRequest.newBuilder(URI.create(there + cancelled)).DELETE()).statusCode())
                    .isEqualTo(202);
            assertThat(ended(there, cancelled)).isEqualTo("CANCELLED");

            String lost = underWay(here, runAll(here));
            first.kill();
            assertThat(ended(there, lost)).isEqualTo("FAILED");
            for (String gone : List.of(cancelled, lost)) {
                String id = gone.substring(gone.lastIndexOf('/') + 1);
                assertThat(json(get(there + "/api/v1/events?machine=" + id + "-0001")).get("items")).isEmpty();
            }
        }
    }

    private String runAll(String at) throws IOException, InterruptedException {
        var begun = post(at + "/api/v1/scenarios/runs", "{}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        return begun.headers().firstValue("Location").orElseThrow();
    }

    /** Its first machine is stored. */
    private String underWay(String at, String run) {
        await().atMost(Duration.ofMinutes(10)).until(() -> json(get(at + run)).get("cellsDone").asInt() > 0);
        return run;
    }

    private String ended(String at, String run) {
        return await().atMost(Duration.ofMinutes(10)).until(() -> json(get(at + run)).get("status").asString(),
                status -> !status.equals("RUNNING"));
    }

    /** Begins one of a trace of a million lines, on all machines. */
    private String compare(String at) throws IOException, InterruptedException {
        var form = BodyPublishers.concat(BodyPublishers.ofString("""
                --part\r
                Content-Disposition: form-data; name="trace"; filename="trace"\r
                Content-Type: application/octet-stream\r
                \r
                """),
                BodyPublishers.ofByteArray(new ClassPathResource("traces/gzip.lackey.gz").getContentAsByteArray()),
                BodyPublishers.ofString("\r\n--part--\r\n"));
        var begun = send(HttpRequest.newBuilder(URI.create(at + "/api/v1/comparisons"))
                .header("Content-Type", "multipart/form-data; boundary=part").POST(form));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        return begun.headers().firstValue("Location").orElseThrow();
    }

    private List<Long> ask(List<String> at, String machine) throws InterruptedException, ExecutionException {
        List<Long> answered = new ArrayList<>();
        AtomicInteger lost = new AtomicInteger();
        try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Callable<List<Long>>> tasks = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                var random = new Random(client);
                tasks.add(() -> {
                    List<Long> mine = new ArrayList<>();
                    for (int i = 0; i < REQUESTS; i++) {
                        var answer = post(at.get(random.nextInt(2)) + machine + "/operations",
                                WRITE.formatted(random.nextInt(8), random.nextInt(100)));
                        if (answer.statusCode() == 409) {
                            assertThat(json(answer).get("version").asLong()).isPositive();
                            lost.incrementAndGet();
                        } else {
                            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                            mine.add(json(answer).get(0).get("operation").asLong());
                        }
                    }
                    return mine;
                });
            }
            for (Future<List<Long>> future : clients.invokeAll(tasks)) {
                answered.addAll(future.get());
            }
        }
        System.out.printf("%d changes answered, %d refused with 409%n", answered.size(), lost.get());
        assertThat(answered.size() + lost.get()).isEqualTo(CLIENTS * REQUESTS);
        return answered;
    }

    private void onlyTheVersionThatWasSeenIsChanged(List<String> at, String machine) throws Exception {
        String tag = get(at.get(0) + machine).headers().firstValue("ETag").orElseThrow();
        assertThat(get(at.get(1) + machine, "If-None-Match", tag).statusCode()).isEqualTo(304);
        var changed = post(at.get(1) + machine + "/operations", WRITE.formatted(1, 1), "If-Match", tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        var late = post(at.get(0) + machine + "/operations", WRITE.formatted(1, 1), "If-Match", tag);
        assertThat(late.statusCode()).isEqualTo(412);
        String now = late.headers().firstValue("ETag").orElseThrow();
        assertThat(now).isEqualTo(changed.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
    }

    private void aKeyMakesAChangeOnce(List<String> at, String machine) throws Exception {
        String path = machine + "/operations";
        List<Callable<HttpResponse<String>>> same = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String one = at.get(i % 2);
            same.add(() -> post(one + path, WRITE.formatted(2, 2), "Idempotency-Key", "once"));
        }
        try (var clients = Executors.newFixedThreadPool(same.size())) {
            List<String> bodies = new ArrayList<>();
            for (Future<HttpResponse<String>> future : clients.invokeAll(same)) {
                assertThat(future.get().statusCode()).isEqualTo(200);
                bodies.add(future.get().body());
            }
            assertThat(bodies.stream().distinct()).hasSize(1);
        }
        var other = post(at.getFirst() + path, WRITE.formatted(3, 3), "Idempotency-Key", "once");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(json(other).get("type").asString()).isEqualTo("/problems/key-reused");
    }

    private void aKeyMakesAMachineOnce(List<String> at) throws Exception {
        List<Callable<HttpResponse<String>>> same = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String one = at.get(i % 2);
            same.add(() -> post(one + "/api/v1/machines", MACHINE, "Idempotency-Key", "one-machine"));
        }
        try (var clients = Executors.newFixedThreadPool(same.size())) {
            List<String> made = new ArrayList<>();
            for (Future<HttpResponse<String>> future : clients.invokeAll(same)) {
                assertThat(future.get().statusCode()).as(future.get().body()).isEqualTo(201);
                made.add(future.get().headers().firstValue("Location").orElseThrow());
            }
            assertThat(made.stream().distinct()).hasSize(1);
        }
    }

    private VictimProcess replica(String... properties) throws IOException {
        return new VictimProcess(database, Replica.class,
                Stream.concat(Stream.of("--server.port=0"), Stream.of(properties)).toArray(String[]::new));
    }

    private static String address(VictimProcess replica) throws InterruptedException {
        return "http://localhost:" + replica.until(Replica.PORT).getLast().split(" ", -1)[1];
    }

    private String machine(String at) throws IOException, InterruptedException {
        var made = post(at + "/api/v1/machines", MACHINE);
        String machine = made.headers().firstValue("Location").orElseThrow();
        assertThat(post(at + machine + "/operations", """
                {"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "64k", "prot": ["PROT_READ", "PROT_WRITE"],
                 "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]}
                """).statusCode()).isEqualTo(200);
        return machine;
    }

    private HttpResponse<String> post(String uri, String body, String... headers)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(uri)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)), headers);
    }

    private HttpResponse<String> get(String uri, String... headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(uri)).GET(), headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }
}
