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
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

import io.mmulab.testdb.TestDatabase;

/** Scripts over HTTP, wherever a scenario is taken. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class ScriptIT {
    private static final MediaType SCRIPT = MediaType.parseMediaType("text/x-mm");
    private static final String MACHINE = "{\"architecture\": \"arm64\", \"kernelDesign\": \"linux-6.6\"}";

    @Autowired
    private RestTestClient http;

    @Test
    void aScriptIsPlayedOnAMachineAndStandsInItsJournal() {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        posted(machine + "/operations", """
                # a page that both have, then not
                mmap A 4 rw private-anon
                write A 0 7
                fork C
                in C write A 0 9
                read A 0
                """).expectStatus().isOk().expectBody()
                .jsonPath("$.length()").isEqualTo(5)
                .jsonPath("$[0].result").isEqualTo("0x200040000000")
                .jsonPath("$[4].value").isEqualTo(7);
        api.got(machine).jsonPath("$.operations").isEqualTo(6);
        api.got(machine + "/operations").jsonPath("$.items.length()").isEqualTo(6);
        posted(machine + "/operations", "read 0x200040000000\n").expectStatus().isOk().expectBody()
                .jsonPath("$[0].value").isEqualTo(7);
    }

    // @formatter:off
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '\'', textBlock = """
            mmap A 4 rw private-anon|lick A 0               ; 400 ; unreadable-script ; line 2
            mmap A 4 rw|read A 0                            ; 400 ; unreadable-script ; line 1
            mmap A 4 rw private-anon anywere                ; 400 ; unreadable-script ; line 1
            # nothing||munmap A zero 1                      ; 400 ; unreadable-script ; line 3
            kvm                                             ; 400 ; unreadable-script ; line 1
            mmap A 4 rw private-anon|config numa_balancing 1 ; 422 ; not-simulated    ; line 2
            """)
    // @formatter:on
    void aMistakeIsNamedByItsLineAndNothingIsDone(String script, int status, String type, String field) {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        posted(machine + "/operations", script.replace('|', '\n')).expectStatus().isEqualTo(status)
                .expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON).expectBody()
                .jsonPath("$.type").isEqualTo("/problems/" + type).jsonPath("$.errors[0].field").isEqualTo(field);
        api.got(machine).jsonPath("$.operations").isEqualTo(1);
    }

    @Test
    void aScriptMayNotMakeMoreOperationsThanARequestMay() {
        var api = new Api(http);
        String machine = api.machine(MACHINE);
        posted(machine + "/operations", "mmap A 2000 rw private-anon\nread A 0 1001\n").expectStatus().isEqualTo(422)
                .expectBody().jsonPath("$.type").isEqualTo("/problems/limit-exceeded");
        api.got(machine).jsonPath("$.operations").isEqualTo(1);
    }

    @Test
    void aScriptIsComparedOnAMatrixOfMachines() {
        posted("/api/v1/comparisons?architectures=arm64&devices=kvm", """
                mmap A 4 rw private-anon
                write A 0 1
                mprotect A 0 4 r
                """).expectStatus().is2xxSuccessful().expectBody()
                .jsonPath("$.table.cells.length()").value(cells -> assertThat((Integer) cells).isPositive());
        posted("/api/v1/comparisons", "mmap A\n").expectStatus().isBadRequest().expectBody()
                .jsonPath("$.errors[0].field").isEqualTo("line 1");
    }

    @Test
    void theDescriptionShowsScriptsBesideJson() {
        var api = new Api(http);
        for (String path : new String[] {"~1api~1v1~1machines~1{machine}~1operations", "~1api~1v1~1comparisons"}) {
            JsonNode content = api.json("/v3/api-docs").at("/paths/" + path + "/post/requestBody/content");
            assertThat(content.has("application/json")).as(path).isTrue();
            assertThat(content.at("/text~1x-mm/schema/type").asString()).as(path).isEqualTo("string");
        }
    }

    private ResponseSpec posted(String path, String script) {
        return http.post().uri(path).contentType(SCRIPT).body(script).exchange();
    }
}
