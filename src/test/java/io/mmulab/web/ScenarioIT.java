package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.testdb.TestDatabase;

/** Scenarios over HTTP: the program's, one's own, and the table of all, with the events behind each cell. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class ScenarioIT {
    private static final String SCENARIOS = "/api/v1/scenarios";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String OWN = """
            ## %s
            #title: A guest is never stuck
            #on: arm64 with kvm smmuv3-sva
            #claim: ok(write)
            #verdict: true
            #verdict: depends in linux-6.3 patch-v1
            mmap A 1 rw private-anon
            write A 0 1
            dev attach D $device
            fork C
            dev read D A 0
            exit C
            write A 0 2
            #= path = WP_REUSE
            #: write
            dev write D A 0 9
            """;

    @Autowired
    private RestTestClient http;

    private ResponseSpec postScript(String path, String text) {
        return http.post().uri(path).contentType(MediaType.parseMediaType("text/x-mm")).body(text).exchange();
    }

    private static JsonNode json(ResponseSpec response) {
        return JSON.readTree(Objects.requireNonNull(
                response.expectStatus().is2xxSuccessful().expectBody().returnResult().getResponseBody()));
    }

    private static void refused(ResponseSpec response, int status, String type, String inDetail) {
        JsonNode problem = JSON.readTree(Objects.requireNonNull(
                response.expectStatus().isEqualTo(status).expectBody().returnResult().getResponseBody()));
        assertThat(problem.get("type").asString()).isEqualTo("/problems/" + type);
        assertThat(problem.get("detail").asString()).contains(inDetail);
    }

    /** A run that may answer 202: its table, once it is there. */
    private JsonNode table(ResponseSpec started) {
        JsonNode progress = json(started);
        while (progress.get("status").asString().equals("RUNNING")) {
            progress = new Api(http).json(SCENARIOS + "/runs/" + progress.get("id").asString());
        }
        assertThat(progress.get("status").asString()).isEqualTo("DONE");
        assertThat(progress.get("cellsDone").asInt()).isEqualTo(progress.get("cells").asInt());
        return progress.get("table");
    }

    @Test
    void theFlagshipOfTheDiscussionIsTrueInLinux63Only() {
        JsonNode row = table(new Api(http).post(SCENARIOS + "/T9/runs", "{}")).get("rows").get(0);

        assertThat(row.get("id").asString()).isEqualTo("T9");
        for (JsonNode result : row.get("results")) {
            boolean before = result.get("design").asString().equals("linux-6.3");
            assertThat(result.get("verdict").asString()).isEqualTo(before ? "true" : "refuted");
            assertThat(result.get("happened").asString()).isEqualTo(before ? "stuck" : "ok");
            assertThat(result.get("asExpected").asBoolean()).isTrue();
        }
    }

    @Test
    void theEventsBehindACellAreStored() {
        JsonNode table = table(new Api(http).post(SCENARIOS + "/T9/runs", "{\"designs\": [\"linux-6.3\"]}"));

        JsonNode cell = table.get("rows").get(0).get("results").get(0).get("cells").get(0);
        JsonNode events = new Api(http).json(cell.get("events").asString() + "&violation=LOST_UPGRADE");
        assertThat(events.get("items")).hasSize(1);
        assertThat(events.get("items").get(0).get("subscriber").asString()).isEqualTo("D");
    }

    @Test
    void theWholeCatalogueGivesTheExpectedTable() {
        JsonNode table = table(new Api(http).post(SCENARIOS + "/runs", "{}"));

        assertThat(table.get("rows").size()).isGreaterThan(30);
        for (JsonNode row : table.get("rows")) {
            for (JsonNode result : row.get("results")) {
                assertThat(result.get("asExpected").asBoolean()).as("%s", result).isTrue();
            }
        }
    }

    @Test
    void theTableCanBeReadAsText() {
        String text = http.post().uri(SCENARIOS + "/T9/runs").accept(MediaType.TEXT_PLAIN).exchange().expectStatus()
                .isOk().expectBody(String.class).returnResult().getResponseBody();

        assertThat(text).contains("linux-6.3", "true; stuck", "refuted; ok");
    }

    @Test
    void oneOwnScenarioIsStoredRunAndDeleted() {
        String path = SCENARIOS + "/own-1";
        JsonNode added = json(postScript(SCENARIOS, OWN.formatted("own-1")));
        assertThat(added.get("ofTheProgram").asBoolean()).isFalse();
        assertThat(new Api(http).json(path).get("claim").asString()).isEqualTo("ok(write)");

        for (JsonNode result : table(new Api(http).post(path + "/runs", "{}")).get("rows").get(0).get("results")) {
            assertThat(result.get("asExpected").asBoolean()).as("%s", result).isTrue();
        }
        refused(postScript(SCENARIOS, OWN.formatted("own-1")), 422, "invalid-operation", "own-1 already");
        http.delete().uri(path).exchange().expectStatus().isNoContent();
        http.get().uri(path).exchange().expectStatus().isNotFound();
    }

    @Test
    void aScenarioAsJsonIsTheSame() {
        String body = """
                {"id": "own-2", "title": "An SMMU is stuck", "on": ["arm64 with smmuv3-sva"], "claim": "stuck(write)",
                 "verdicts": {"linux-6.3": "true"}, "script": "file F 4 tmpfs\\nmmap A 1 rw shared-file file F 0\\nread A 0\\n\
                dev attach D $device\\ndev read D A 0\\nwrite A 0 7\\n#: write\\ndev write D A 0 9\\n"}
                """;
        new Api(http).post(SCENARIOS, body).expectStatus().isCreated();

        JsonNode result = table(new Api(http).post(SCENARIOS + "/own-2/runs", "{\"designs\": [\"linux-6.3\"]}"))
                .get("rows").get(0).get("results").get(0);
        assertThat(result.get("verdict").asString()).isEqualTo("true");
        assertThat(result.get("asExpected").asBoolean()).isTrue();
        http.delete().uri(SCENARIOS + "/own-2").exchange().expectStatus().isNoContent();
    }

    @Test
    void aMistakeIsSaidWithItsLine() {
        refused(postScript(SCENARIOS, "## bad\n#title: x\n#on: arm64\n#claim: ok(nowhere)\nnop\n"), 400,
                "unreadable-script", "line 4: #claim: there is no step nowhere");
        refused(postScript(SCENARIOS, "## bad\n#title: x\n#on: arm64\n#claim: 1\nnop\n#= speed > 1\n"), 400,
                "unreadable-script", "line 6: there is no measure speed");
        refused(postScript(SCENARIOS, "## bad\n#title: x\n#on: arm64\n#claim: 1\nfly away\n"), 400,
                "unreadable-script", "line 5: no such operation");
    }

    @Test
    void whatThereIsNotIsNamed() {
        refused(new Api(http).post(SCENARIOS + "/T9/runs", "{\"designs\": [\"linux-9\"]}"), 422, "no-such-object",
                "linux-9");
        refused(new Api(http).post(SCENARIOS + "/none/runs", "{}"), 404, "not-found", "none");
        refused(new Api(http).post(SCENARIOS + "/T9/runs", "{\"speed\": 1}"), 400, "unknown-field", "");
        refused(http.delete().uri(SCENARIOS + "/T9").exchange(), 422, "invalid-operation", "comes with the program");
    }

    @Test
    void anUnknownDeviceIsSaidInTheCell() {
        JsonNode cell = table(new Api(http).post(SCENARIOS + "/T9/runs", "{\"devices\": [\"abacus\"]}")).get("rows")
                .get(0).get("results").get(0).get("cells").get(0);

        assertThat(cell.get("result").get("wrong").get(0).asString()).contains("unknown device model: abacus");
    }
}
