package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.BodyContentSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.mmulab.testdb.TestDatabase;

/** Architectures and kernel designs of users' own. */
@SpringBootTest
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class DefinitionIT {
    private static final String ARCHITECTURES = "/api/v1/architectures";
    private static final String COMPARISONS = "/api/v1/comparisons";
    private static final String DESIGNS = "/api/v1/kernel-designs";
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private RestTestClient http;

    private JsonNode read(BodyContentSpec answer) {
        return JSON.readTree(Objects.requireNonNull(answer.returnResult().getResponseBody()));
    }

    /** Cells of a comparison, however long it takes. */
    private JsonNode cells(String request) {
        var api = new Api(http);
        JsonNode progress = read(api.posted(COMPARISONS, request));
        while (progress.get("status").asString().equals("RUNNING")) {
            progress = api.json(COMPARISONS + "/" + progress.get("id").asString());
        }
        return progress.at("/table/cells");
    }

    private JsonNode refused(String path, String body, int status) {
        return read(new Api(http).post(path, body).expectStatus().isEqualTo(status).expectBody());
    }

    /** The question of the thread, asked about a CPU and a kernel that do not exist. */
    @Test
    void postedDefinitionsTakePartInAComparison() {
        var api = new Api(http);
        api.posted(ARCHITECTURES, """
                {"name": "it-arm64-refetches", "base": "arm64", "flushes": {"permissionFaultEvicts": true},
                 "upgrades": {"flush": "NEVER"}}""");
        api.posted(DESIGNS, """
                {"name": "it-pages-only", "base": "linux-6.6", "sites": ["FLUSH_TLB_PAGE"]}""");
        JsonNode cells = cells("""
                {"architectures": ["arm64", "it-arm64-refetches"], "kernelDesigns": ["linux-6.6", "it-pages-only"],
                 "devices": ["smmuv3-sva"], "operations": [
                  {"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "4k", "prot": ["PROT_READ", "PROT_WRITE"],
                   "flags": ["MAP_SHARED", "MAP_ANONYMOUS", "MAP_FIXED"]},
                  {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "READ"},
                  {"op": "deviceAccess", "device": "device", "address": "0x7f0000000000", "access": "READ"},
                  {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE"},
                  {"op": "deviceAccess", "device": "device", "address": "0x7f0000000000", "access": "WRITE"}]}""");
        assertThat(cells).hasSize(4);
        cells.forEach(cell -> {
            boolean flushes = cell.get("architecture").asString().equals("arm64");
            assertThat(cell.get("stuckDeviceAccesses").asLong()).as(cell.toString()).isEqualTo(flushes ? 0 : 1);
            assertThat(cell.at("/faults/SET_ACCESS_FLAGS").asLong()).isPositive();
        });
    }

    /** A mirror that hears of an unmapping and does nothing keeps what is gone; its machine remembers its rules. */
    @Test
    void aPostedDeviceIsAttachedComparedAndKept() {
        var api = new Api(http);
        api.posted("/api/v1/device-designs", """
                {"name": "it-deaf", "base": "gpu-hmm", "reactions": {"UNMAP": "IGNORE", "CLEAR": "IGNORE"}}""");
        String operations = """
                [{"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "4k", "prot": ["PROT_READ", "PROT_WRITE"],
                  "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]},
                 {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "deviceAccess", "device": "device", "address": "0x7f0000000000", "access": "READ"},
                 {"op": "munmap", "mm": 1, "address": "0x7f0000000000", "length": "4k"}]""";
        JsonNode cells = cells("""
                {"architectures": ["x86-64"], "kernelDesigns": ["linux-6.6"], "devices": ["it-deaf", "gpu-hmm"],
                 "operations": %s}""".formatted(operations));
        assertThat(cells.get(0).at("/violations/MISSED_NOTIFY").asLong()).isPositive();
        assertThat(cells.get(1).at("/violations").size()).isZero();

        String machine = api.machine("""
                {"architecture": "x86-64", "kernelDesign": "linux-6.6",
                 "devices": [{"name": "device", "model": "it-deaf"}]}""");
        http.delete().uri("/api/v1/device-designs/it-deaf").exchange().expectStatus().isNoContent();
        api.posted(machine + "/operations", operations);
        assertThat(api.json(machine + "/operations").toString()).contains("it-deaf", "IGNORE");
    }

    @Test
    void aDefinitionThatIsCompleteIsShownAsItWasPosted() {
        var api = new Api(http);
        ObjectNode whole = (ObjectNode) api.json(ARCHITECTURES + "/riscv");
        whole.put("name", "it-complete");
        assertThat(read(api.posted(ARCHITECTURES, whole.toString()))).isEqualTo(whole);
        assertThat(api.json(ARCHITECTURES + "/it-complete")).isEqualTo(whole);
        assertThat(api.json(ARCHITECTURES).valueStream().map(row -> row.get("name").asString())).contains("it-complete",
                "x86-64");
    }

    @Test
    void whatIsWrongIsSaidFieldByField() {
        JsonNode problem = refused(ARCHITECTURES, """
                {"name": "it-wrong", "base": "arm64", "paging": {"pageShift": 9, "levelBits": [9, 99]},
                 "flushes": {"scheme": "PIGEON"}, "colour": "blue"}""", 422);
        assertThat(problem.get("type").asString()).endsWith("/problems/invalid-definition");
        assertThat(problem.get("errors").valueStream().map(error -> error.get("field").asString()))
                .containsExactlyInAnyOrder("/paging/pageShift", "/paging/levelBits/1", "/flushes/scheme", "/colour");
        JsonNode scheme = problem.get("errors").valueStream()
                .filter(error -> error.get("field").asString().equals("/flushes/scheme")).findFirst().orElseThrow();
        assertThat(scheme.get("value").asString()).isEqualTo("\"PIGEON\"");
        assertThat(scheme.get("allowed").asString()).isEqualTo("one of BROADCAST, IPI");
        http.get().uri(ARCHITECTURES + "/it-wrong").exchange().expectStatus().isNotFound();
    }

    @Test
    void aDesignSaysWhatIsWrongWithIt() {
        JsonNode problem = refused(DESIGNS,
                """
                {"name": "IT", "base": "linux-6.6", "kernelVersion": "5.4", "sites": ["FLUSH_TLB_RANGE_EMPTY", "NOWHERE"]}""",
                422);
        assertThat(problem.get("errors").valueStream().map(error -> error.get("field").asString()))
                .containsExactlyInAnyOrder("/name", "/sites/1");
        assertThat(
                refused(DESIGNS, "{\"name\": \"it-x\", \"base\": \"nothing\"}", 422).at("/errors/0/field").asString())
                .isEqualTo("/base");
    }

    @Test
    void aNameMeansOneThing() {
        String body = "{\"name\": \"it-twice\", \"base\": \"linux-6.3\"}";
        new Api(http).posted(DESIGNS, body);
        assertThat(refused(DESIGNS, body, 409).get("type").asString()).endsWith("/problems/name-taken");
        refused(DESIGNS, "{\"name\": \"linux-6.3\", \"base\": \"linux-6.6\"}", 409);
    }

    @Test
    void aDefinitionCanBeDeletedAndAMachineKeepsIt() {
        var api = new Api(http);
        api.posted(ARCHITECTURES, "{\"name\": \"it-gone\", \"base\": \"x86-64\"}");
        String machine = api.machine("{\"architecture\": \"it-gone\", \"kernelDesign\": \"linux-6.6\"}");
        http.delete().uri(ARCHITECTURES + "/it-gone").exchange().expectStatus().isNoContent();
        http.delete().uri(ARCHITECTURES + "/it-gone").exchange().expectStatus().isNotFound();
        http.delete().uri(ARCHITECTURES + "/x86-64").exchange().expectStatus().isEqualTo(409);
        api.posted(machine + "/operations", "[{\"op\": \"fork\", \"mm\": 1}]");
        assertThat(api.json(machine).get("architecture").asString()).isEqualTo("it-gone");
    }

    @Test
    void aMachineMayHaveCostsOfItsOwn() {
        var api = new Api(http);
        api.machine("{\"architecture\": \"arm64\", \"kernelDesign\": \"linux-6.6\", \"costs\": {\"shootdown\": 9000}}");
        JsonNode problem = refused("/api/v1/machines",
                "{\"architecture\": \"arm64\", \"kernelDesign\": \"linux-6.6\", \"costs\": {\"teleport\": 1}}", 422);
        assertThat(problem.at("/errors/0/field").asString()).isEqualTo("/costs/teleport");
        assertThat(problem.at("/errors/0/allowed").asString()).contains("shootdown");
    }

    @Test
    void everyChoiceOfADesignIsExplained() {
        JsonNode sites = new Api(http).json("/api/v1/notify-sites");
        assertThat(sites.size()).isGreaterThan(8);
        sites.forEach(site -> assertThat(site.get("rule").asString()).isNotBlank());
    }
}
