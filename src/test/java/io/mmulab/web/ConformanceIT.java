package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

import io.mmulab.conformance.RecordingArchive;
import io.mmulab.testdb.TestDatabase;

/** Recordings over HTTP: what is equal is said to be, and one change by hand is one difference. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class ConformanceIT {
    private static final String PATH = "/api/v1/conformance";
    private static final String KERNEL = "x86_64-6.12";
    private static final String SCENARIO = "fork_cow_child_writes_first";
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private RestTestClient http;

    @Test
    void aRecordingThatIsMetHasNoDifferences() throws IOException {
        JsonNode answer = compared("application/x-ndjson", bytes(recording()));
        assertThat(answer.get("operations").asInt()).isEqualTo(9);
        assertThat(answer.get("compared").asInt()).isEqualTo(9);
        assertThat(answer.get("equal").asInt()).isEqualTo(9);
        assertThat(answer.get("differences").size()).isZero();
        assertThat(answer.at("/recordings/0/recording").asString()).isEqualTo(SCENARIO);
        assertThat(answer.at("/recordings/0/kernel").asString()).isEqualTo(KERNEL);
        assertThat(answer.get("notClaimed").size()).isGreaterThan(5);
        answer.get("notClaimed").forEach(entry -> assertThat(entry.get("reason").asString()).isNotBlank());
    }

    /** One kind of change each; how each field of each kind is found is tested with the comparison itself. */
    // @formatter:off
    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
            {"e":"mn_start","r":"A+0..A+2","raw":"200040000000-200040002000" ; {"e":"mn_start","r":"A+0..A+3","raw":"200040000000-200040003000" ; mn_start.range
            {"e":"mn_start","r":"A+0..A+2" ; {"e":"mn_start","r":"A+0..A+3" ; mn_start.range
            "event":"PROTECTION_PAGE","flags":1},{"e":"kvm ; "event":"PROTECTION_VMA","flags":1},{"e":"kvm ; mn_start.event
            "event":"PROTECTION_PAGE","flags":1},{"e":"kvm ; "event":"PROTECTION_PAGE","flags":0},{"e":"kvm ; mn_start.flags
            {"e":"kvm_unmap_hva_range","r":"A+0..A+2","raw":"200040000000-200040002000"} ; {"e":"kvm_unmap_hva_range","r":"A+0..A+1","raw":"200040000000-200040001000"} ; kvm_unmap_hva_range.range
            {"e":"tlb_flush","pages":-1 ; {"e":"tlb_flush","pages":2 ; tlb_flush.pages
            {"e":"hmf","a":"A+0","raw":"0x200040000000" ; {"e":"hmf","a":"A+1","raw":"0x200040001000" ; hmf.address
            "map":2 ; "map":3 ; page.map
            "perm":"rw-p" ; "perm":"r--p" ; vma.perm
            "Shared_Dirty":4 ; "Shared_Dirty":8 ; vma.kb.Shared_Dirty
            """)
    // @formatter:on
    void oneChangeIsOneDifference(String from, String to, String field) throws IOException {
        String original = recording();
        String changed = original.replaceFirst(Pattern.quote(from),
                Matcher.quoteReplacement(to));
        assertThat(changed).isNotEqualTo(original);
        JsonNode answer = compared("application/x-ndjson", bytes(changed));
        assertThat(answer.get("differences").size()).as(answer.get("differences").toString()).isEqualTo(1);
        JsonNode difference = answer.at("/differences/0");
        assertThat(difference.get("field").asString()).isEqualTo(field);
        assertThat(difference.get("expected")).isNotEqualTo(difference.get("actual"));
        assertThat(difference.get("rule").asString()).isNotBlank();
        int line = 0;
        while (original.split("\n", -1)[line].equals(changed.split("\n", -1)[line])) {
            line++;
        }
        assertThat(difference.get("operation").asInt()).isEqualTo(line - 1);
        assertThat(difference.get("op").asString())
                .isEqualTo(JSON.readTree(original.split("\n", -1)[line]).get("op").asString());
    }

    @Test
    void anArchiveIsComparedFileByFile() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("a/one.json", recording());
        files.put("a/two.ndjson", recording().replace("\"map\":2", "\"map\":7"));
        files.put("a/README", "not a recording");
        for (String type : new String[] {"application/zip", "application/gzip"}) {
            JsonNode answer = compared(type, type.endsWith("zip") && !type.contains("g") ? zip(files) : tar(files));
            assertThat(answer.get("operations").asInt()).isEqualTo(18);
            assertThat(answer.get("recordings").size()).isEqualTo(2);
            assertThat(answer.at("/recordings/0/found").asInt()).isZero();
            assertThat(answer.at("/recordings/1/recording").asString()).isEqualTo("a/two.ndjson");
            answer.get("differences").forEach(difference -> {
                assertThat(difference.get("recording").asString()).isEqualTo("a/two.ndjson");
                assertThat(difference.get("field").asString()).isEqualTo("page.map");
            });
            assertThat(answer.get("differences").size()).isPositive();
        }
    }

    @Test
    void allRecordingsOfAKernelAreOneRequest() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/recordings/arm64-7.3.tar.gz"))) {
            JsonNode answer = compared("application/gzip", in.readAllBytes());
            assertThat(answer.get("recordings").size()).isEqualTo(133);
            assertThat(answer.get("operations").asInt()).isEqualTo(1149);
        }
    }

    // @formatter:off
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
            ''                                                     ; line 1
            not json                                               ; line 1
            []                                                     ; line 1
            {"scenario":"x"}                                       ; line 1
            {"kernel":"vax-1.0"}                                   ; line 1
            {"kernel":"x86_64-6.1","regions":[{"name":"A"}]}       ; line 1
            {"kernel":"x86_64-6.1"}|{"i":0}                        ; line 2
            {"kernel":"x86_64-6.1"}|{"op":"lick A","proc":"P"}     ; line 2
            {"kernel":"x86_64-6.1"}|{"op":"munmap A x 1","proc":"P"} ; line 2
            {"kernel":"x86_64-6.1"}|{"op":{},"proc":"P"}           ; line 2
            {"kernel":"x86_64-6.1"}|{"op":"nop","proc":"P"}|{"op":"nop","proc":"P","state":{"P":{"pages":[{"at":"Q+0"}]}}} ; line 3
            {"kernel":"x86_64-6.1"}|{"op":"nop","proc":"P","events":[{"e":"hmf","x":1000000000}]} ; line 2
            """)
    // @formatter:on
    void whatIsNoRecordingIsRefusedWithItsLine(String text, String place) {
        posted("application/x-ndjson", bytes(text.replace('|', '\n'))).expectStatus().isBadRequest()
                .expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/unreadable-recording")
                .jsonPath("$.errors[0].field").isEqualTo(place);
    }

    @Test
    void brokenArchivesAreRefused() throws IOException {
        for (String type : new String[] {"application/zip", "application/gzip"}) {
            posted(type, bytes("neither")).expectStatus().isBadRequest().expectBody()
                    .jsonPath("$.type").isEqualTo("/problems/unreadable-recording");
        }
        byte[] whole = tar(Map.of("one.json", recording()));
        posted("application/gzip", Arrays.copyOf(whole, whole.length / 2)).expectStatus().isBadRequest();
        posted("application/zip", zip(Map.of("x.json", "{"))).expectStatus().isBadRequest().expectBody()
                .jsonPath("$.errors[0].field").isEqualTo("x.json: line 1");
    }

    @Test
    void anArchiveMayNotExpandWithoutLimit() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
            zip.putNextEntry(new ZipEntry("bomb.txt"));
            byte[] zeroes = new byte[1 << 20];
            for (int i = 0; i < 513; i++) {
                zip.write(zeroes);
            }
        }
        posted("application/zip", bomb.toByteArray()).expectStatus().isEqualTo(422).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/limit-exceeded");
    }

    @Test
    void otherMediaTypesAreNotRead() throws IOException {
        posted("text/plain", bytes(recording())).expectStatus().isEqualTo(415);
    }

    @Test
    void theExampleOfTheDescriptionWorks() {
        JsonNode content =
                new Api(http).json("/v3/api-docs").at("/paths/~1api~1v1~1conformance/post/requestBody/content");
        JsonNode media = content.get("application/x-ndjson");
        String example = media.has("example") ? media.get("example").asString()
                : media.get("examples").iterator().next().get("value").asString();
        JsonNode answer = compared("application/x-ndjson", bytes(example));
        assertThat(answer.get("operations").asInt()).isEqualTo(2);
    }

    private JsonNode compared(String type, byte[] body) {
        return JSON.readTree(Objects.requireNonNull(posted(type, body).expectStatus().isOk().expectBody()
                .returnResult().getResponseBody()));
    }

    private ResponseSpec posted(String type, byte[] body) {
        return http.post().uri(PATH).contentType(MediaType.parseMediaType(type)).body(body).exchange();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String recording() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        try (InputStream in =
                Objects.requireNonNull(getClass().getResourceAsStream("/recordings/" + KERNEL + ".tar.gz"))) {
            RecordingArchive.read(in, RecordingArchive.Format.TAR_GZ, (name, lines) -> {
                if (name.endsWith("/" + SCENARIO + ".json")) {
                    found.put(name, String.join("\n", lines.lines().toList()) + "\n");
                }
            });
        }
        return found.values().iterator().next();
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(bytes(file.getValue()));
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = bytes(file.getValue());
                var entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }
}
