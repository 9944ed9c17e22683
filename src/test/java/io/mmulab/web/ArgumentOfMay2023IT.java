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

/** The case that the project is about, as a user of the API walks through it. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class ArgumentOfMay2023IT {
    private static final String AT = "\"address\": \"0x7f0000000000\"";

    @Autowired
    private RestTestClient http;

    @Test
    void deviceIsStuckAfterAnUpgradeInLinux63() {
        String machine = walk("linux-6.3", "STUCK");
        var api = new Api(http);
        api.got("/api/v1/events?violation=LOST_UPGRADE&machine=" + Api.id(machine))
                .jsonPath("$.items.length()").isEqualTo(1)
                .jsonPath("$.items[0].phase").isEqualTo("VIOLATION")
                .jsonPath("$.items[0].subscriber").isEqualTo("smmu0")
                .jsonPath("$.items[0].start").isEqualTo("0x7f0000000000")
                .jsonPath("$.items[0].end").isEqualTo("0x7f0000001000");
        api.got(machine + "/devices/smmu0").jsonPath("$.entries[0].writable").isEqualTo(false);
    }

    @Test
    void deviceIsToldOfAnUpgradeInLinux66() {
        String machine = walk("linux-6.6", "OK");
        var api = new Api(http);
        api.got("/api/v1/events?violation=LOST_UPGRADE&machine=" + Api.id(machine))
                .jsonPath("$.items.length()").isEqualTo(0);
        api.got(machine + "/devices/smmu0").jsonPath("$.entries[0].writable").isEqualTo(true);
    }

    /** The same question from three sides: outcomes, the machine's row, and the events. */
    @Test
    void countsAgree() {
        var api = new Api(http);
        String machine = walk("linux-6.3", "STUCK");
        JsonNode journal = api.json(machine + "/operations").get("items");
        long last = journal.get(journal.size() - 1).get("outcome").get("lastEvent").asLong();
        assertThat(api.json(machine).get("events").asLong()).isEqualTo(last);
        String events = "/api/v1/events";
        String ofMachine = "?machine=" + Api.id(machine);
        List<Long> sequence = new ArrayList<>();
        api.json(events + ofMachine + "&limit=1000").get("items").forEach(row -> sequence.add(row.get("seq").asLong()));
        assertThat(sequence).hasSize((int) last).first().isEqualTo(1L);
        assertThat(sequence).isSorted().doesNotHaveDuplicates();
        long counted = 0;
        for (JsonNode group : api.json(events + "/summary" + ofMachine + "&groupBy=PHASE,REACTION,VIOLATION,SUBSCRIBER")
                .get("groups")) {
            counted += group.get("events").asLong();
        }
        assertThat(counted).isEqualTo(last);
        for (JsonNode entry : journal) {
            JsonNode outcome = entry.get("outcome");
            long rows = outcome.get("lastEvent").asLong() - outcome.get("firstEvent").asLong() + 1;
            assertThat(
                    api.json(events + ofMachine + "&operation=" + entry.get("operation").asLong()).get("items").size())
                    .isEqualTo((int) rows);
        }
    }

    private String walk(String design, String status) {
        var api = new Api(http);
        String machine = api.machine("""
                {"name": "May 2023", "architecture": "arm64", "kernelDesign": "%s",
                 "devices": [{"name": "smmu0", "model": "smmuv3-sva"}]}
                """.formatted(design));
        String space = machine + "/address-spaces/1";
        api.post(space + "/vmas", """
                {%s, "length": "4k", "prot": ["PROT_READ", "PROT_WRITE"],
                 "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]}
                """.formatted(AT)).expectStatus().isCreated();
        String write = "{%s, \"access\": \"WRITE\", \"value\": 1}".formatted(AT);
        api.posted(space + "/faults", write).jsonPath("$.faults[0].path").isEqualTo("ANONYMOUS_PAGE");
        api.posted(machine + "/operations", "{\"op\": \"fork\", \"mm\": 1}").jsonPath("$[0].result").isEqualTo("0x2");
        api.posted(machine + "/devices/smmu0/accesses", "{%s, \"access\": \"READ\"}".formatted(AT))
                .jsonPath("$.deviceStatus").isEqualTo("OK").jsonPath("$.value").isEqualTo(1);
        api.posted(machine + "/operations", "{\"op\": \"exit\", \"mm\": 2}");
        api.posted(space + "/faults", write).jsonPath("$.faults[0].path").isEqualTo("WP_REUSE");
        api.posted(machine + "/devices/smmu0/accesses", write).jsonPath("$.deviceStatus").isEqualTo(status);
        api.got(space + "/page-table").jsonPath("$.items[0].write").isEqualTo(true)
                .jsonPath("$.items[0].mapcount").isEqualTo(1).jsonPath("$.truncated").isEqualTo(false);
        api.got(space + "/faults").jsonPath("$.items[0].faults[0].function").isEqualTo("do_anonymous_page");
        return machine;
    }
}
