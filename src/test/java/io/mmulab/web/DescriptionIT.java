package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

import io.mmulab.lab.json.KernelJson;
import io.mmulab.testdb.TestDatabase;

/** The OpenAPI description says what the service does. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class DescriptionIT {

    @Autowired
    private RestTestClient http;

    @Test
    void everyOperationIsDescribed() {
        JsonNode api = new Api(http).json("/v3/api-docs");
        assertThat(api.at("/info/license/name").asString()).isEqualTo("Apache-2.0");
        Set<String> ids = new HashSet<>();
        Set<String> tags = new HashSet<>();
        api.get("tags").forEach(tag -> tags.add(tag.get("name").asString()));
        api.get("paths").forEach(path -> path.forEach(operation -> {
            assertThat(ids.add(operation.get("operationId").asString())).isTrue();
            assertThat(operation.get("operationId").asString()).matches("[A-Za-z]+");
            assertThat(operation.get("description").asString()).isNotBlank();
            operation.get("tags").forEach(tag -> assertThat(tags).contains(tag.asString()));
        }));
        assertThat(ids).hasSizeGreaterThan(25);
    }

    @Test
    void addressesAreStrings() {
        JsonNode schemas = new Api(http).json("/v3/api-docs").get("components").get("schemas");
        for (String field : new String[] {"/EventRow/properties/start", "/MmapOperation/properties/address",
            "/Outcome/properties/result"}) {
            assertThat(schemas.at(field).get("type").asString()).as(field).isEqualTo("string");
            assertThat(schemas.at(field).get("pattern").asString()).isEqualTo("^0x[0-9a-f]{1,16}$");
        }
        assertThat(schemas.at("/MmapOperation/properties/op/const").asString()).isEqualTo("mmap");
        assertThat(schemas.at("/Operation/oneOf").size()).isEqualTo(KernelJson.operations().size());
        assertThat(schemas.has("Mmap")).isFalse();
        assertThat(schemas.at("/Mapping/properties/length/$ref").asString()).endsWith("/ByteCount");
        assertThat(schemas.at("/ByteCount/type").toString()).contains("integer", "string");
        new Api(http).json("/v3/api-docs").at("/paths/~1api~1v1~1events/get/parameters").forEach(parameter -> {
            if (parameter.get("name").asString().equals("start")) {
                assertThat(parameter.at("/schema/pattern").asString()).isEqualTo("^0x[0-9a-f]{1,16}$");
            }
        });
    }

    @Test
    void everyReferenceLeadsToASchema() {
        JsonNode api = new Api(http).json("/v3/api-docs");
        assertThat(api.findValuesAsString("$ref")).isNotEmpty()
                .allSatisfy(ref -> assertThat(api.at(ref.substring(1)).isObject()).isTrue());
    }

    @Test
    void whatHasFieldsIsNamedBeforeText() {
        JsonNode paths = new Api(http).json("/v3/api-docs").get("paths");
        for (String content : new String[] {"scenarios~1{scenario}/get/responses/200/content",
            "machines~1{machine}~1address-spaces~1{addressSpace}~1vmas/get/responses/200/content",
            "scenarios/post/requestBody/content"}) {
            assertThat(paths.at("/~1api~1v1~1" + content).propertyNames()).hasSize(2).first()
                    .isEqualTo(MediaType.APPLICATION_JSON_VALUE);
        }
    }

    @Test
    void everyFieldSaysWhatItIs() {
        List<String> silent = new ArrayList<>();
        new Api(http).json("/v3/api-docs").at("/components/schemas").properties()
                .forEach(schema -> schema.getValue().path("properties").properties().forEach(field -> {
                    boolean chooses = field.getKey().equals("op");
                    if (!chooses && field.getValue().path("description").asString("").isEmpty()) {
                        silent.add(schema.getKey() + "." + field.getKey());
                    }
                }));
        assertThat(silent).isEmpty();
    }

    /** In the order in which they are written, which makes a story. */
    @Test
    void examplesWork() {
        var api = new Api(http);
        JsonNode paths = api.json("/v3/api-docs").get("paths");
        String machine = api.machine(body(paths.at("/~1api~1v1~1machines/post")));
        String at = "/~1api~1v1~1machines~1{machine}";
        send(HttpMethod.POST, machine + "/address-spaces/1/vmas",
                paths.at(at + "~1address-spaces~1{addressSpace}~1vmas/post"));
        send(HttpMethod.POST, machine + "/address-spaces/1/faults",
                paths.at(at + "~1address-spaces~1{addressSpace}~1faults/post"));
        send(HttpMethod.PATCH, machine + "/address-spaces/1/vmas",
                paths.at(at + "~1address-spaces~1{addressSpace}~1vmas/patch"));
        send(HttpMethod.POST, machine + "/operations", paths.at(at + "~1operations/post"));
        send(HttpMethod.POST, machine + "/devices", paths.at(at + "~1devices/post"));
        for (String table : new String[] {"architectures", "kernel-designs", "device-designs"}) {
            JsonNode post = paths.at("/~1api~1v1~1" + table + "/post");
            String name = post.at("/requestBody/content/application~1json/example/name").asString();
            http.delete().uri("/api/v1/" + table + "/" + name).exchange();
            send(HttpMethod.POST, "/api/v1/" + table, post);
        }
        send(HttpMethod.POST, machine + "/devices/smmu0/accesses", paths.at(at + "~1devices~1{device}~1accesses/post"));
    }

    @Test
    void tablesCanBeRead() {
        var api = new Api(http);
        for (String table : new String[] {"architectures", "kernel-versions", "kernel-designs", "device-models"}) {
            JsonNode rows = api.json("/api/v1/" + table);
            assertThat(rows.size()).isGreaterThan(1);
            String name = rows.get(0).get("name").asString();
            assertThat(api.json("/api/v1/" + table + "/" + name)).isEqualTo(rows.get(0));
            rows.forEach(row -> assertThat(saysWhereItIsFrom(row)).as(row.toString()).isTrue());
        }
    }

    private static boolean saysWhereItIsFrom(JsonNode row) {
        if (row.has("sources")) {
            return !row.get("sources").isEmpty();
        }
        if (row.has("paging")) {
            return row.valueStream().filter(JsonNode::isObject).noneMatch(subject -> subject.get("sources").isEmpty());
        }
        return !row.get("rules").isEmpty()
                && row.get("rules").valueStream().noneMatch(rule -> rule.get("source").asString().isBlank());
    }

    private void send(HttpMethod method, String path, JsonNode operation) {
        http.method(method).uri(path).contentType(MediaType.APPLICATION_JSON).body(body(operation)).exchange()
                .expectStatus().is2xxSuccessful();
    }

    private static String body(JsonNode operation) {
        return operation.at("/requestBody/content/application~1json/example").toString();
    }
}
