package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

import io.mmulab.testdb.TestDatabase;

/** Pages of events: whole, in order, and only for the question that was asked. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class PagingIT {

    @Autowired
    private RestTestClient http;

    @Test
    void pagesAreStableWhileEventsArrive() {
        var api = new Api(http);
        String machine = eventful(api);
        String query = "/api/v1/events?machine=" + Api.id(machine) + "&limit=3";
        List<Long> seen = new ArrayList<>();
        JsonNode page = api.json(query);
        while (true) {
            page.get("items").forEach(row -> seen.add(row.get("seq").asLong()));
            if (page.get("next") == null || page.get("next").isNull()) {
                break;
            }
            if (seen.size() == 3) {
                work(api, machine);
            }
            page = api.json(query + "&cursor=" + page.get("next").asString());
        }
        long all = api.json(machine).get("events").asLong();
        assertThat(seen).hasSize((int) all).isSorted().doesNotHaveDuplicates();
        assertThat(all).isGreaterThan(6);
    }

    @Test
    void cursorBelongsToItsFilter() {
        var api = new Api(http);
        String query = "/api/v1/events?limit=1&machine=" + Api.id(eventful(api));
        String cursor = api.json(query).get("next").asString();
        http.get().uri(query + "&phase=TLB_FLUSH&cursor=" + cursor).exchange().expectStatus().isBadRequest()
                .expectBody().jsonPath("$.type").isEqualTo("/problems/bad-cursor");
        http.get().uri("/api/v1/machines?cursor=" + cursor).exchange().expectStatus().isBadRequest();
    }

    @Test
    void rangesOverlapAsUnsignedNumbers() {
        var api = new Api(http);
        String query = "/api/v1/events?limit=1000&machine=" + Api.id(eventful(api));
        int all = api.json(query).get("items").size();
        assertThat(api.json(query + "&start=0x0&end=0xffffffffffffffff").get("items").size()).isEqualTo(all);
        assertThat(api.json(query + "&start=0x7f0000000000").get("items").size()).isPositive();
        JsonNode beyond = api.json(query + "&start=0xffff000000000000").get("items");
        beyond.forEach(row -> assertThat(row.get("end").asString()).isEqualTo("0xffffffffffffffff"));
        assertThat(api.json(query + "&toNanoseconds=0").get("items").size()).isZero();
        assertThat(api.json(query + "&recordedFrom=2020-01-01T00:00:00Z&fromNanoseconds=0").get("items").size())
                .isEqualTo(all);
    }

    @Test
    void machinesAreListedByPage() {
        var api = new Api(http);
        List<String> made = List.of(eventful(api), eventful(api), eventful(api)).stream().map(Api::id).toList();
        List<String> seen = new ArrayList<>();
        JsonNode page = api.json("/api/v1/machines?limit=2");
        while (true) {
            page.get("items").forEach(row -> seen.add(row.get("id").asString()));
            if (page.get("next") == null || page.get("next").isNull()) {
                break;
            }
            page = api.json("/api/v1/machines?limit=2&cursor=" + page.get("next").asString());
        }
        assertThat(seen).containsAll(made).isSorted().doesNotHaveDuplicates();
    }

    private static String eventful(Api api) {
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
