package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.mmulab.testdb.TestDatabase;

/** What is cached, held against the page tables, over HTTP. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class CoherenceIT {
    @Autowired
    private RestTestClient http;

    /** Two pages whose upgrade the SMMU has not heard of, and one that it pinned. */
    @Test
    void whatDiffersIsListedInPartsWithItsVerdict() {
        var api = new Api(http);
        String machine = api.machine("""
                {"architecture": "arm64", "kernelDesign": "linux-6.3",
                 "devices": [{"name": "smmu", "model": "smmuv3-sva"}, {"name": "nic", "model": "vfio-pinned"}]}""");
        api.posted(machine + "/operations", """
                [{"op": "mmap", "mm": 1, "address": "0x10000000", "length": "12k", "prot": ["PROT_READ", "PROT_WRITE"],
                  "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS", "MAP_FIXED"]},
                 {"op": "access", "mm": 1, "address": "0x10000000", "access": "WRITE"},
                 {"op": "access", "mm": 1, "address": "0x10001000", "access": "WRITE"},
                 {"op": "deviceAccess", "device": "nic", "address": "0x10002000", "access": "WRITE"},
                 {"op": "madvise", "mm": 1, "address": "0x10002000", "length": "4k", "advice": "MADV_DONTNEED"},
                 {"op": "fork", "mm": 1},
                 {"op": "deviceAccess", "device": "smmu", "address": "0x10000000", "access": "READ"},
                 {"op": "deviceAccess", "device": "smmu", "address": "0x10001000", "access": "READ"},
                 {"op": "exit", "mm": 2},
                 {"op": "access", "mm": 1, "address": "0x10000000", "access": "WRITE"},
                 {"op": "access", "mm": 1, "address": "0x10001000", "access": "WRITE"}]""");
        api.got(machine + "/coherence").jsonPath("$.violations").isEqualTo(2).jsonPath("$.verdicts.LOST_UPGRADE")
                .isEqualTo(2).jsonPath("$.verdicts.PINNED").isEqualTo(1).jsonPath("$.next").doesNotExist();
        api.got(machine + "/coherence?limit=1").jsonPath("$.items.length()").isEqualTo(1)
                .jsonPath("$.items[0].device").isEqualTo("smmu").jsonPath("$.items[0].address").isEqualTo("0x10000000")
                .jsonPath("$.items[0].allowed").isEqualTo(false).jsonPath("$.items[0].mappedWritable").isEqualTo(true)
                .jsonPath("$.items[0].cpu").doesNotExist();
        String next = api.json(machine + "/coherence?limit=1").get("next").asString();
        assertThat(api.json(machine + "/coherence?limit=1&cursor=" + next).at("/items/0/address").asString())
                .isEqualTo("0x10001000");
    }
}
