package io.mmulab.web;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.mmulab.testdb.TestDatabase;

/** From an operation over HTTP to its row in the database and back. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class JournalIT {

    @Autowired
    private RestTestClient http;

    @Test
    void operationsLeaveEventsThatCanBeFound() {
        var api = new Api(http);
        String machine = api.machine("{\"architecture\": \"arm64\", \"kernelDesign\": \"linux-6.6\"}");
        api.posted(machine + "/operations", """
                [{"op": "mmap", "mm": 1, "address": "0x7f0000000000", "length": "16k", "prot": ["PROT_READ", "PROT_WRITE"],
                  "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]},
                 {"op": "access", "mm": 1, "address": "0x7f0000000000", "access": "WRITE", "value": 7}]
                """)
                .jsonPath("$[0].result").isEqualTo("0x7f0000000000")
                .jsonPath("$[1].faults[0].path").isEqualTo("ANONYMOUS_PAGE");
        api.posted(machine + "/operations",
                "{\"op\": \"munmap\", \"mm\": 1, \"address\": \"0x7f0000000000\", \"length\": \"0x4000\"}")
                .jsonPath("$[0].operation").isEqualTo(4);
        api.got("/api/v1/events?machine=" + Api.id(machine) + "&phase=TLB_FLUSH")
                .jsonPath("$.items[0].start").isEqualTo("0x7f0000000000")
                .jsonPath("$.items[0].operation").isEqualTo(4);
        api.got(machine + "/operations?limit=2")
                .jsonPath("$.items[1].request.op").isEqualTo("mmap").jsonPath("$.next").exists();
    }
}
