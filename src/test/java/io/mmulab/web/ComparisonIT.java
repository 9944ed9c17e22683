package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.mmulab.kernel.event.Phase;
import io.mmulab.testdb.TestDatabase;

/** Real traces and scenarios on the whole matrix, over HTTP, with their events in the database. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "mmulab.comparison.patience=120s")
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class ComparisonIT {
    private static final String COMPARISONS = "/api/v1/comparisons";
    private static final int CELLS = 2 * 4 * 3;
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private RestTestClient http;

    @ParameterizedTest
    @ValueSource(strings = {"ls.lackey.gz", "gzip.lackey.gz", "bash-fork.strace", "gcc.strace", "python.strace"})
    void aRealTraceGivesATableWhoseCountsAreThoseOfTheStoredEventsAndWhichASecondRunRepeats(String name)
            throws IOException {
        JsonNode first = table(compare(trace(name), Map.of()));
        JsonNode second = table(compare(trace(name), Map.of()));

        assertThat(first.get("cells")).hasSize(CELLS);
        first.get("cells").forEach(this::agreesWithItsEvents);
        assertThat(withoutIds(second)).isEqualTo(withoutIds(first));
    }

    @Test
    void theShellsTableTellsTheDesignsApart() throws IOException {
        JsonNode table = table(compare(trace("bash-fork.strace"), Map.of()));

        assertThat(cell(table, "arm64", "linux-6.3", "smmuv3-sva").get("stuckDeviceAccesses").asLong()).isPositive();
        assertThat(cell(table, "arm64", "patch-v1", "smmuv3-sva").get("stuckDeviceAccesses").asLong()).isPositive();
        for (String design : new String[] {"set-access-flags-notify", "linux-6.6"}) {
            assertThat(cell(table, "arm64", design, "smmuv3-sva").get("stuckDeviceAccesses").asLong()).isZero();
        }
        for (String design : new String[] {"linux-6.3", "patch-v1", "set-access-flags-notify", "linux-6.6"}) {
            assertThat(cell(table, "arm64", design, "smmuv3-sva:btm=true").get("violations").size()).isZero();
            assertThat(cell(table, "arm64", design, "kvm").get("stuckDeviceAccesses").asLong()).isZero();
        }
    }

    @Test
    void aScenarioShowsThatOnlyPatchV1ZapsAGuestForAnUpgrade() {
        String body = """
                {"architectures": ["arm64"], "devices": ["kvm"], "operations": [
                  {"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "4k", "prot": ["PROT_READ", "PROT_WRITE"],
                   "flags": ["MAP_SHARED", "MAP_ANONYMOUS", "MAP_FIXED"]},
                  {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "READ"},
                  {"op": "deviceAccess", "device": "device", "address": "0x7f0000000000", "access": "READ"},
                  {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE", "value": 1},
                  {"op": "deviceAccess", "device": "device", "address": "0x7f0000000000", "access": "READ"}]}
                """;
        JsonNode table = table(new Api(http).post(COMPARISONS, body));

        for (JsonNode cell : table.get("cells")) {
            boolean zapped = cell.get("kernelDesign").asString().equals("patch-v1");
            assertThat(cell.get("spuriousZaps").asLong()).isEqualTo(zapped ? 1 : 0);
            assertThat(cell.get("refaults").asLong()).isEqualTo(zapped ? 1 : 0);
            agreesWithItsEvents(cell);
        }
    }

    @Test
    void theTableCanBeReadAsText() throws IOException {
        String id = json(compare(trace("bash-fork.strace"), Map.of())).get("id").asString();

        String text =
                http.get().uri(COMPARISONS + "/" + id).accept(MediaType.TEXT_PLAIN).exchange().expectStatus().isOk()
                        .expectBody(String.class).returnResult().getResponseBody();

        assertThat(text).contains("LOST_UPGRADE").hasLineCount(CELLS + 3);
    }

    @Test
    void aTruncatedGzipIsRefusedAndLeavesNothing() throws IOException {
        byte[] whole = trace("ls.lackey.gz");
        long before = machines();

        refused(compare(Arrays.copyOf(whole, whole.length / 2), Map.of()), 422, "comparison-failed", "gzip");
        assertThat(machines()).isEqualTo(before);
    }

    @Test
    void aLogCutInTheMiddleOfALineIsRefusedWithTheLinesNumberUnlessItIsReadLeniently() throws IOException {
        byte[] whole = trace("gcc.strace");
        byte[] cut = Arrays.copyOf(whole, whole.length - 7);

        refused(compare(cut, Map.of()), 422, "comparison-failed", "line ");
        JsonNode table = table(compare(cut, Map.of("lenient", "true", "architectures", "arm64", "devices", "kvm")));
        assertThat(table.get("trace").get("malformed").asLong()).isEqualTo(1);
    }

    @Test
    void whatIsNoTraceIsRefused() throws IOException {
        refused(compare("hello\nworld\n".getBytes(StandardCharsets.US_ASCII), Map.of()), 422, "invalid-operation",
                "trace");
    }

    @Test
    void aBombIsRefused() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write("I  0401ab70,3\n".getBytes(StandardCharsets.US_ASCII));
            byte[] zeroes = new byte[1 << 20];
            for (int mebibytes = 0; mebibytes < 64; mebibytes++) {
                gzip.write(zeroes);
            }
        }
        refused(compare(bomb.toByteArray(), Map.of()), 422, "comparison-failed", "line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"architectures=vax", "kernelDesigns=linux-0.01", "devices=toaster", "devices=smmuv3-sva:btm",
                "workload=sleep"})
    void anUnknownNameIsRefusedWithItsField(String choice) throws IOException {
        int equals = choice.indexOf('=');
        String field = choice.substring(0, equals);

        refused(compare(trace("gcc.strace"), Map.of(field, choice.substring(equals + 1))), 422, "", field);
    }

    @Test
    void aScenarioBeyondTheLimitsIsRefusedWithItsField() {
        String body = """
                {"operations": [{"op": "munmap", "mm": 1, "address": "0x0", "length": "0x1000000000000000"}]}
                """;

        refused(new Api(http).post(COMPARISONS, body), 422, "limit-exceeded", "operations[0].length");
    }

    @Test
    void aDeviceTooLongForALabelIsRefused() throws IOException {
        refused(compare(trace("gcc.strace"), Map.of("devices", "kvm:slots=" + "0".repeat(64))), 422, "limit-exceeded",
                "devices");
    }

    @Test
    void anUnknownFormFieldIsRefused() throws IOException {
        refused(compare(trace("gcc.strace"), Map.of("architecture", "arm64")), 400, "unknown-field", "architecture");
    }

    @Test
    void aComparisonThatIsNotThereIsNotFound() {
        http.get().uri(COMPARISONS + "/nope").exchange().expectStatus().isNotFound().expectBody().jsonPath("$.type")
                .isEqualTo("/problems/not-found");
        http.delete().uri(COMPARISONS + "/nope").exchange().expectStatus().isNotFound();
    }

    // --- helpers ---

    /** A form's part is a file only if it has a name. */
    private static final class NamedBytes extends ByteArrayResource {
        NamedBytes(byte[] bytes) {
            super(bytes);
        }

        @Override
        public String getFilename() {
            return "trace";
        }
    }

    private static byte[] trace(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(ComparisonIT.class.getResourceAsStream("/traces/" + name), name)) {
            return in.readAllBytes();
        }
    }

    private ResponseSpec compare(byte[] trace, Map<String, String> fields) {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("trace", new NamedBytes(trace));
        fields.forEach(form::add);
        return http.post().uri(COMPARISONS).contentType(MediaType.MULTIPART_FORM_DATA).body(form).exchange();
    }

    /** The table, waited for where the answer was 202: each look at it is a request, so nothing depends on a clock. */
    private JsonNode table(ResponseSpec answer) {
        JsonNode progress = json(answer);
        while (progress.get("status").asString().equals("RUNNING")) {
            progress = new Api(http).json(COMPARISONS + "/" + progress.get("id").asString());
        }
        assertThat(progress.get("status").asString()).isEqualTo("DONE");
        return progress.get("table");
    }

    private static JsonNode json(ResponseSpec answer) {
        return JSON.readTree(Objects.requireNonNull(
                answer.expectStatus().is2xxSuccessful().expectBody().returnResult().getResponseBody()));
    }

    private static void refused(ResponseSpec answer, int status, String type, String detail) {
        JsonNode problem = JSON.readTree(Objects.requireNonNull(answer.expectStatus().isEqualTo(status)
                .expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON).expectBody().returnResult()
                .getResponseBody()));
        assertThat(problem.get("type").asString()).endsWith(type);
        assertThat(problem.toString()).contains(detail);
    }

    private long machines() {
        return new Api(http).json(COMPARISONS + "?limit=1000").get("items").valueStream()
                .filter(comparison -> comparison.get("status").asString().equals("DONE")).count();
    }

    private static JsonNode cell(JsonNode table, String architecture, String design, String device) {
        return table.get("cells").valueStream()
                .filter(cell -> cell.get("architecture").asString().equals(architecture)
                        && cell.get("kernelDesign").asString().equals(design)
                        && cell.get("device").asString().equals(device))
                .findFirst().orElseThrow();
    }

    private static String withoutIds(JsonNode table) {
        ObjectNode copy = (ObjectNode) table.deepCopy();
        copy.get("cells").forEach(cell -> ((ObjectNode) cell).remove("machine"));
        return copy.toString();
    }

    /** Counts the rows that are stored, by the summary of the API, and holds them against the report. */
    private void agreesWithItsEvents(JsonNode cell) {
        JsonNode groups =
                new Api(http).json("/api/v1/events/summary?groupBy=PHASE,SUBSCRIBER,REACTION,VIOLATION&machine="
                        + cell.get("machine").asString()).get("groups");
        Map<String, Long> calls = new HashMap<>();
        Map<String, Long> violations = new HashMap<>();
        long events = 0;
        long dropped = 0;
        long spurious = 0;
        long stuck = 0;
        long refaults = 0;
        for (JsonNode group : groups) {
            JsonNode key = group.get("key");
            Phase phase = Phase.valueOf(key.get("phase").asString());
            long rows = group.get("events").asLong();
            long entries = group.get("entries").asLong();
            events += rows;
            if (phase.isNotifierCall() && key.get("subscriber").isNull()) {
                calls.merge(phase.name(), rows, Long::sum);
            }
            if (!key.get("violation").isNull()) {
                violations.merge(key.get("violation").asString(), rows, Long::sum);
            }
            String reaction = key.get("reaction").isNull() ? "" : key.get("reaction").asString();
            spurious += phase == Phase.SPURIOUS_ZAP ? entries : 0;
            dropped += phase != Phase.SPURIOUS_ZAP && reaction.equals("DROPPED") ? entries : 0;
            stuck += reaction.equals("STUCK") ? rows : 0;
            refaults += reaction.equals("REFAULTED") ? rows : 0;
        }
        assertThat(events).isEqualTo(cell.get("events").asLong());
        assertThat(dropped).isEqualTo(cell.get("entriesDropped").asLong());
        assertThat(spurious).isEqualTo(cell.get("spuriousZaps").asLong());
        assertThat(stuck).isEqualTo(cell.get("stuckDeviceAccesses").asLong());
        assertThat(refaults).isEqualTo(cell.get("refaults").asLong());
        assertThat(calls).isEqualTo(counts(cell.get("notifierCalls")));
        assertThat(violations).isEqualTo(counts(cell.get("violations")));
    }

    private static Map<String, Long> counts(JsonNode object) {
        Map<String, Long> counts = new HashMap<>();
        object.properties().forEach(entry -> counts.put(entry.getKey(), entry.getValue().asLong()));
        return counts;
    }
}
