package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.testdb.TestDatabase;

/** Events as they come. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class EventStreamIT {
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private RestTestClient http;

    @LocalServerPort
    private int port;

    @Test
    void aClientThatComesBackMissesNothingAndGetsNothingTwice() throws Exception {
        var api = new Api(http);
        String machine = machine(api);
        List<Long> seen = new ArrayList<>();
        String id = follow(machine, null, 1, seen);
        work(api, machine);
        id = follow(machine, id, 1, seen);
        work(api, machine);
        work(api, machine);
        long all = api.json(machine).get("events").asLong();
        while (seen.size() < all) {
            id = follow(machine, id, 1, seen);
        }
        assertThat(seen).hasSize((int) all).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void eventsArriveWhileTheClientListens() throws Exception {
        var api = new Api(http);
        String machine = machine(api);
        List<Long> seen = new ArrayList<>();
        try (var reader = open(machine, null)) {
            message(reader, seen);
            int before = seen.size();
            work(api, machine);
            message(reader, seen);
            assertThat(seen).hasSizeGreaterThan(before).doesNotHaveDuplicates();
        }
    }

    @Test
    void aStreamFollowsAMachineOrAComparison() {
        http.get().uri("/api/v1/events/stream").exchange().expectStatus().isBadRequest();
        http.get().uri("/api/v1/events/stream?machine=x").header("Last-Event-ID", "!").exchange().expectStatus()
                .isBadRequest();
    }

    @Test
    void fieldsTimesPagesAndWindowsCanBeAskedFor() {
        var api = new Api(http);
        String filter = "machine=" + Api.id(machine(api));
        JsonNode first = api.json("/api/v1/events?fields=seq,phase&sort=TIME&limit=1&" + filter).at("/items/0");
        assertThat(first.propertyNames()).containsExactlyInAnyOrder("seq", "phase");
        http.get().uri("/api/v1/events?fields=colour&" + filter).exchange().expectStatus().isBadRequest();

        JsonNode hottest = api.json("/api/v1/events/hot-pages?limit=1&" + filter).get(0);
        assertThat(hottest.get("page").asString()).isEqualTo("0x7f0000000000");
        JsonNode windows = api.json("/api/v1/events/latency?type=UNMAP&" + filter).get(0);
        assertThat(windows.get("windows").asLong()).isEqualTo(1);
        assertThat(windows.get("p50").asLong()).isPositive().isEqualTo(windows.get("max").asLong());
        JsonNode buckets = api.json("/api/v1/events/summary?groupBy=TYPE&bucket=1h&" + filter).get("groups");
        assertThat(buckets.get(0).at("/key/recordedFrom").asString()).endsWith(":00:00Z");
    }

    /** Reads some messages and leaves; gives the id of the last. */
    private String follow(String machine, @Nullable String lastEventId, int messages, List<Long> seen)
            throws IOException, InterruptedException {
        try (var reader = open(machine, lastEventId)) {
            String id = "";
            for (int i = 0; i < messages; i++) {
                id = message(reader, seen);
            }
            return id;
        }
    }

    private BufferedReader open(String machine, @Nullable String lastEventId) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                URI.create("http://localhost:" + port + "/api/v1/events/stream?machine=" + Api.id(machine)));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        var answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static String message(BufferedReader reader, List<Long> seen) throws IOException {
        String id = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                JSON.readTree(line.substring(6)).forEach(row -> seen.add(row.get("seq").asLong()));
                return id;
            }
        }
        throw new AssertionError("the stream ended");
    }

    private static String machine(Api api) {
        String machine = api.machine("""
                {"architecture": "arm64", "kernelDesign": "linux-6.6", "devices": [{"name": "vm", "model": "kvm"}]}
                """);
        work(api, machine);
        return machine;
    }

    private static void work(Api api, String machine) {
        api.posted(machine + "/operations", """
                [{"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "16k", "prot": ["PROT_READ", "PROT_WRITE"],
                  "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]},
                 {"op": "deviceAccess", "device": "vm", "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "fork", "mm": 1},
                 {"op": "munmap", "mm": 1, "address": "0x7f0000000000", "length": "16k"}]
                """);
    }
}
