package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.mmulab.testdb.TestDatabase;

/** What is wrong is refused with a problem that says what, and leaves nothing behind. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class BadInputIT {
    private static final String MACHINE = "{\"architecture\": \"x86-64\", \"kernelDesign\": \"linux-6.6\"}";

    @Autowired
    private RestTestClient http;

    // @formatter:off
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
            {                                                     ; 400 ; unreadable-json   ;
            ''                                                    ; 400 ; unreadable-json   ;
            {"op": "fork"}                                        ; 400 ; unreadable-json   ; mm
            {"op": "fork", "mm": "one"}                           ; 400 ; unreadable-json   ; mm
            {"op": "format", "mm": 1}                             ; 400 ; unreadable-json   ; op
            {"mm": 1}                                             ; 400 ; unreadable-json   ;
            {"op": "fork", "mm": 1, "nm": 2}                      ; 400 ; unknown-field     ; nm
            {"op": "brk", "mm": 1, "address": "4096"}             ; 400 ; bad-number        ; address
            {"op": "brk", "mm": 1, "address": 4096}               ; 400 ; bad-number        ; address
            {"op": "brk", "mm": 1, "address": "0x12345678123456789"} ; 400 ; bad-number     ; address
            {"op": "munmap", "mm": 1, "address": "0x0", "length": "4kb"} ; 400 ; bad-number ; length
            {"op": "access", "mm": 1, "address": "0x0", "access": "LICK"} ; 400 ; unreadable-json ; access
            {"op": "access", "mm": 1, "address": "0x0", "access": "READ", "value": 256} ; 422 ; invalid-operation ; value
            {"op": "fork", "mm": 7}                               ; 422 ; no-such-object    ;
            [{"op": "fork", "mm": 1}, {"op": "fork", "mm": 9}]    ; 422 ; no-such-object    ; [1]
            [{"op": "fork", "mm": 1}, {"op": "fork"}]             ; 400 ; unreadable-json   ; mm
            {"op": "deviceAccess", "device": "d", "address": "0x0", "access": "READ"} ; 422 ; no-such-object ;
            {"op": "attachDevice", "name": "d", "model": "none", "mm": 1} ; 422 ; invalid-operation ;
            {"op": "attachDevice", "name": "a/b", "model": "kvm", "mm": 1} ; 422 ; invalid-operation ; name
            {"op": "munmap", "mm": 1, "address": "0x0", "length": "0x800000001000"} ; 422 ; limit-exceeded ; length
            {"op": "createFile", "name": "f", "kind": "DISK", "pages": 99999999} ; 422 ; limit-exceeded ; pages
            """)
    // @formatter:on
    void operation(String body, int status, String type, String field) {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        var answer = api.post(machine + "/operations", body).expectStatus().isEqualTo(status)
                .expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/" + type)
                .jsonPath("$.title").isNotEmpty().jsonPath("$.detail").isNotEmpty()
                .jsonPath("$.trace").doesNotExist();
        if (field != null) {
            answer.jsonPath("$.errors[0].field").value(name -> assertThat(name).asString().endsWith(field));
        }
        api.got(machine).jsonPath("$.operations").isEqualTo(1);
        api.got(machine + "/operations").jsonPath("$.items.length()").isEqualTo(1);
        api.got("/api/v1/events/summary?machine=" + Api.id(machine) + "&groupBy=MACHINE").jsonPath("$.groups.length()")
                .isEqualTo(0);
        api.posted(machine + "/operations", "{\"op\": \"fork\", \"mm\": 1}").jsonPath("$[0].operation").isEqualTo(2);
    }

    // @formatter:off
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
            {"kernelDesign": "linux-6.6"}                                          ; 400 ; unreadable-json ; architecture
            {"architecture": "vax", "kernelDesign": "linux-6.6"}                   ; 422 ; no-such-object  ; architecture
            {"architecture": "arm64", "kernelDesign": "linux-9"}                   ; 422 ; no-such-object  ; kernelDesign
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "cpus": 0}      ; 400 ; validation-failed ; cpus
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "cpu": 1}       ; 400 ; unknown-field   ; cpu
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "devices": [{"name": "d", "model": "m", "option": {}}]} ; 400 ; unknown-field ; devices[0].option
            {"architecture": "arm64", "kernelDesign": "linux-6.6", "devices": [{"name": "d", "model": "m"}]} ; 422 ; invalid-operation ;
            """)
    // @formatter:on
    void machine(String body, int status, String type, String field) {
        var answer = new Api(http).post("/api/v1/machines", body).expectStatus().isEqualTo(status)
                .expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/" + type);
        if (field != null) {
            answer.jsonPath("$.errors[0].field").isEqualTo(field);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"GET, /api/v1/machines/none, 404, not-found", "DELETE, /api/v1/machines/none, 404, not-found",
        "GET, /api/v1/nothing, 404, not-found", "GET, /api/v1/architectures/vax, 404, not-found",
        "GET, /api/v1/machines/none/operations, 404, not-found",
        "GET, /api/v1/machines?limit=0, 400, validation-failed",
        "GET, /api/v1/machines?limit=1001, 400, validation-failed",
        "GET, /api/v1/machines?limit=x, 400, validation-failed",
        "GET, /api/v1/machines?cursor=x, 400, bad-cursor",
        "GET, /api/v1/events?start=12, 400, bad-number",
        "GET, /api/v1/events?end=0x12, 400, validation-failed",
        "GET, /api/v1/events?phase=NONE, 400, validation-failed",
        "GET, /api/v1/events?recordedFrom=yesterday, 400, validation-failed",
        "GET, /api/v1/events/summary?groupBy=COLOUR, 400, validation-failed",
        "PUT, /api/v1/machines, 405, method-not-allowed"})
    void address(String method, String uri, int status, String type) {
        http.method(HttpMethod.valueOf(method)).uri(uri).exchange().expectStatus().isEqualTo(status)
                .expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/" + type).jsonPath("$.detail").isNotEmpty();
    }

    @Test
    void otherMediaTypesAreNotRead() {
        http.post().uri("/api/v1/machines").contentType(MediaType.TEXT_PLAIN).body("x").exchange().expectStatus()
                .isEqualTo(415).expectBody().jsonPath("$.type").isEqualTo("/problems/unsupported-media-type");
    }

    @Test
    void failedSystemCallIsAProblemWithItsErrnoAndInTheJournal() {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        http.delete().uri(machine + "/address-spaces/1/vmas?start=0x123&length=4k").exchange()
                .expectStatus().isEqualTo(422).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/system-call-failed").jsonPath("$.errno").isEqualTo("EINVAL");
        api.got(machine + "/operations").jsonPath("$.items[1].outcome.error").isEqualTo("EINVAL");
        api.got(machine + "/address-spaces/1").jsonPath("$.vmas").isEqualTo(0);
    }

    @Test
    void tooManyOperationsAreRefusedAsAWhole() {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        String many = "[" + "{\"op\": \"fork\", \"mm\": 1},".repeat(1000) + "{\"op\": \"fork\", \"mm\": 1}]";
        api.post(machine + "/operations", many).expectStatus().isEqualTo(422).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/limit-exceeded");
        api.got(machine).jsonPath("$.operations").isEqualTo(1);
    }

    @Test
    void deletedMachineIsGone() {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        http.delete().uri(machine).exchange().expectStatus().isNoContent();
        http.get().uri(machine).exchange().expectStatus().isNotFound();
        http.get().uri(machine + "/address-spaces/1/vmas").exchange().expectStatus().isNotFound();
    }
}
