package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.doReturn;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.EventHistory;
import io.mmulab.history.EventOrder;
import io.mmulab.testdb.TestDatabase;

/** All events that match, at once. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class EventExportIT {
    private static final JsonMapper JSON = new JsonMapper();

    @Autowired
    private RestTestClient http;

    @LocalServerPort
    private int port;

    @MockitoSpyBean
    private EventHistory events;

    @TempDir
    private Path directory;

    private String machine = "";
    private long all;

    @BeforeEach
    void aMachineWithEvents() {
        var api = new Api(http);
        String path = api.machine("""
                {"architecture": "arm64", "kernelDesign": "linux-6.3", "devices": [{"name": "vm", "model": "kvm"},
                 {"name": "smmu", "model": "smmuv3-sva"}]}
                """);
        api.posted(path + "/operations", """
                [{"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "16k", "prot": ["PROT_READ", "PROT_WRITE"],
                  "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS"]},
                 {"op": "deviceAccess", "device": "vm", "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "fork", "mm": 1},
                 {"op": "deviceAccess", "device": "smmu", "address": "0x7f0000000000", "access": "READ"},
                 {"op": "exit", "mm": 2},
                 {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "deviceAccess", "device": "smmu", "address": "0x7f0000000000", "access": "WRITE"},
                 {"op": "munmap", "mm": 1, "address": "0x7f0000000000", "length": "16k"}]
                """);
        machine = Api.id(path);
        all = api.json(path).get("events").asLong();
    }

    @Test
    void ndjsonHasEveryEvent() {
        List<String> lines = text("NDJSON").lines().toList();
        assertThat(lines).hasSize((int) all);
        assertThat(JSON.readTree(lines.getFirst()).get("seq").asLong()).isEqualTo(1);
    }

    @Test
    void csvHasEveryEvent() {
        List<String> rows = text("CSV").lines().toList();
        assertThat(rows).hasSize((int) all + 1);
        assertThat(rows).allSatisfy(row -> assertThat(row.split(",", -1)).hasSize(16));
    }

    @Test
    void chromeTraceHasEveryEvent() {
        JsonNode trace = JSON.readTree(text("CHROME_TRACE")).get("traceEvents");
        List<String> phases = new ArrayList<>();
        List<String> tracks = new ArrayList<>();
        trace.forEach(event -> {
            phases.add(event.get("ph").asString());
            if (event.get("name") != null && event.get("name").asString().equals("thread_name")) {
                tracks.add(event.at("/args/name").asString());
            }
        });
        assertThat(phases.stream().filter(phase -> !phase.equals("M"))).hasSize((int) all);
        assertThat(phases.stream().filter("B"::equals).count()).isPositive()
                .isEqualTo(phases.stream().filter("E"::equals).count());
        assertThat(tracks).contains("mm 1", "vm");
    }

    @Test
    void parquetHasTheFieldsOfNdjson() throws IOException {
        List<Map<String, @Nullable Object>> rows = parquet("");
        assertThat(rows).hasSize((int) all).isEqualTo(ndjson(""));
        assertThat(rows).anySatisfy(row -> assertThat(row).containsEntry("violation", "LOST_UPGRADE"))
                .anySatisfy(row -> assertThat(row).containsEntry("violation", null))
                .anySatisfy(row -> assertThat(row).containsEntry("end", "0xffffffffffffffff"));
    }

    @Test
    void parquetHasTheFiltersOfNdjson() throws IOException {
        String filter = "&subscriber=smmu&start=0x7f0000000000";
        assertThat(parquet(filter)).isNotEmpty().hasSizeLessThan((int) all).isEqualTo(ndjson(filter));
        assertThat(parquet("&operation=99")).isEmpty();
    }

    /** A Parquet file without its end is none; of the others, one can't see that something is missing. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PARQUET")
    void anExportThatFailsOnItsWayIsNotTakenForAWholeOne(ExportFormat format) {
        var firstPage = SampleEvents.page(0, 4096);
        doReturn(firstPage).doThrow(new IllegalStateException("the database went away"))
                .when(events).find(any(), any(EventOrder.class), any(), anyInt());
        var client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path(format.name()))).build();
        assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofByteArray()))
                .isInstanceOf(IOException.class);
    }

    private List<Map<String, @Nullable Object>> parquet(String filter) throws IOException {
        return ParquetFile.read(Files.write(directory.resolve("events.parquet"), bytes("PARQUET" + filter))).rows();
    }

    private List<Map<String, @Nullable Object>> ndjson(String filter) {
        return text("NDJSON" + filter).lines().map(line -> {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            JSON.readTree(line).properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
            return fields;
        }).toList();
    }

    private static @Nullable Object value(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> value.asLong();
            case BOOLEAN -> value.asBoolean();
            case NULL -> null;
            default -> value.asString();
        };
    }

    private String text(String format) {
        return new String(bytes(format), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String format) {
        byte[] body = http.get().uri(path(format)).exchange().expectStatus().isOk().expectBody().returnResult()
                .getResponseBody();
        return body == null ? new byte[0] : body;
    }

    private String path(String format) {
        return "/api/v1/events/export?machine=" + machine + "&format=" + format;
    }
}
