package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.mmulab.testdb.TestDatabase;

/** An address space as its owner sees it. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class AddressSpaceIT {

    @Autowired
    private RestTestClient http;

    @Test
    void mapsAreThoseOfProc() {
        var api = new Api(http);
        String machine = api.machine("{\"architecture\": \"x86-64\", \"kernelDesign\": \"linux-6.6\"}");
        api.posted(machine + "/operations",
                """
                        [{"op": "createFile", "name": "/usr/bin/cat", "kind": "DISK", "pages": 16, "writable": false},
                         {"op": "mmap", "mm": 1, "address": "0x55d6640a7000", "length": "8k", "prot": ["PROT_READ"],
                          "flags": ["MAP_PRIVATE", "MAP_FIXED"], "file": "/usr/bin/cat"},
                         {"op": "mmap", "mm": 1, "address": "0x55d6640a9000", "length": "4k", "prot": ["PROT_READ", "PROT_EXEC"],
                          "flags": ["MAP_PRIVATE", "MAP_FIXED"], "file": "/usr/bin/cat", "offset": "8k"},
                         {"op": "mmap", "mm": 1, "address": "0x10000", "length": "4k", "prot": [],
                          "flags": ["MAP_PRIVATE", "MAP_FIXED", "MAP_ANONYMOUS"]},
                         {"op": "brk", "mm": 1, "address": "0x555555777000"}]
                        """);
        http.get().uri(machine + "/address-spaces/1/vmas").accept(MediaType.TEXT_PLAIN).exchange().expectStatus().isOk()
                .expectHeader().contentTypeCompatibleWith(MediaType.TEXT_PLAIN).expectBody(String.class)
                .isEqualTo("""
                        00010000-00011000 ---p 00000000 00:00 0\s
                        555555756000-555555777000 rw-p 00000000 00:00 0                          [heap]
                        55d6640a7000-55d6640a9000 r--p 00000000 fe:00 1                          /usr/bin/cat
                        55d6640a9000-55d6640aa000 r-xp 00002000 fe:00 1                          /usr/bin/cat
                        """);
        api.got(machine + "/address-spaces/1/vmas?limit=1&start=0x55d6640a7000")
                .jsonPath("$.items[0].file").isEqualTo("/usr/bin/cat").jsonPath("$.items[0].end")
                .isEqualTo("0x55d6640a9000")
                .jsonPath("$.truncated").isEqualTo(true);
        api.got(machine + "/address-spaces").jsonPath("$.items[0].brk").isEqualTo("0x555555777000");
    }

    @Test
    void rightsAreChangedAndMemoryIsGivenBack() {
        var api = new Api(http);
        String space =
                api.machine("{\"architecture\": \"arm64\", \"kernelDesign\": \"linux-6.6\"}") + "/address-spaces/1";
        api.post(space + "/vmas", """
                {"length": "2M", "prot": ["PROT_READ"], "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS"]}
                """).expectStatus().isCreated().expectHeader().exists("Location");
        String start = api.json(space + "/vmas").get("items").get(0).get("start").asString();
        http.patch().uri(space + "/vmas").contentType(MediaType.APPLICATION_JSON)
                .body("{\"start\": \"%s\", \"length\": \"1M\", \"prot\": [\"PROT_READ\", \"PROT_WRITE\"]}"
                        .formatted(start))
                .exchange().expectStatus().isOk();
        api.got(space + "/vmas").jsonPath("$.items.length()").isEqualTo(2);
        http.delete().uri(space + "/vmas?start=" + start + "&length=2M").exchange().expectStatus().isOk();
        api.got(space + "/vmas").jsonPath("$.items.length()").isEqualTo(0);
    }

    @Test
    void smapsStatusAndPagemapAreThoseOfProc() {
        var api = new Api(http);
        String machine = api.machine("{\"architecture\": \"x86-64\", \"kernelDesign\": \"linux-6.6\"}");
        api.posted(machine + "/operations",
                """
                        [{"op": "mmap", "mm": 1, "address": "0x10000000", "length": "16k", "prot": ["PROT_READ", "PROT_WRITE"],
                          "flags": ["MAP_PRIVATE", "MAP_FIXED", "MAP_ANONYMOUS"]},
                         {"op": "access", "mm": 1, "cpu": 0, "address": "0x10001000", "access": "WRITE", "value": 1}]
                        """);
        String space = machine + "/address-spaces/1";
        String smaps = http.get().uri(space + "/smaps").accept(MediaType.TEXT_PLAIN).exchange().expectStatus().isOk()
                .expectBody(String.class).returnResult().getResponseBody();
        assertThat(smaps).startsWith("""
                10000000-10004000 rw-p 00000000 00:00 0\s
                Size:                 16 kB
                KernelPageSize:        4 kB
                MMUPageSize:           4 kB
                Rss:                   4 kB
                Pss:                   4 kB
                """).contains("Private_Dirty:         4 kB\n").contains("\nTHPeligible:           ")
                .contains("\nVmFlags: rd wr mr mw me ac sd \n");
        api.got(space + "/smaps").jsonPath("$.items[0].bytes.Private_Dirty").isEqualTo(4096)
                .jsonPath("$.items[0].vmFlags[0]").isEqualTo("rd");
        assertThat(http.get().uri(space + "/status").accept(MediaType.TEXT_PLAIN).exchange().expectStatus().isOk()
                .expectBody(String.class).returnResult().getResponseBody())
                .contains("VmSize:\t      16 kB\n").contains("RssAnon:\t       4 kB\n");
        api.got(space + "/status").jsonPath("$.vmRss").isEqualTo(4096).jsonPath("$.minorFaults").isEqualTo(1);
        api.got(space + "/pagemap").jsonPath("$.items.length()").isEqualTo(1).jsonPath("$.items[0].address")
                .isEqualTo("0x10001000").jsonPath("$.items[0].entry").isEqualTo("rwADS")
                .jsonPath("$.items[0].exclusive").isEqualTo(true);
        byte[] bits = http.get().uri(space + "/pagemap?start=0x10000000&limit=4")
                .accept(MediaType.APPLICATION_OCTET_STREAM).exchange().expectStatus().isOk().expectBody(byte[].class)
                .returnResult().getResponseBody();
        assertThat(bits).hasSize(32).as("nothing at the first page").contains(0, Index.atIndex(7))
                .as("present, exclusive pages set bits 63 and 56").contains((byte) 0x81, Index.atIndex(15));
    }
}
