package io.mmulab.lab.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.kernel.machine.AccessKind;
import io.mmulab.kernel.machine.MapFlag;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Prot;

class KernelJsonTest {
    private final JsonMapper json = KernelJson.mapper();

    @Test
    void operationIsReadWithDefaults() {
        assertThat(read("""
                {"op": "mmap", "mm": 1, "length": "4k", "prot": ["PROT_READ"], "flags": ["MAP_PRIVATE", "MAP_ANONYMOUS"]}
                """)).isEqualTo(new Operation.Mmap(1, 0, 4096, Set.of(Prot.PROT_READ),
                Set.of(MapFlag.MAP_PRIVATE, MapFlag.MAP_ANONYMOUS), null, 0));
        assertThat(read("{\"op\": \"access\", \"mm\": 1, \"address\": \"0xFFFFffff00001000\", \"access\": \"READ\"}"))
                .isEqualTo(new Operation.Access(1, 0, 0xffffffff00001000L, AccessKind.READ, 0));
        assertThat(read("{\"op\": \"attachDevice\", \"name\": \"d\", \"model\": \"m\", \"mm\": 1}"))
                .isEqualTo(new Operation.AttachDevice("d", "m", 1, Map.of()));
        assertThat(read("{\"op\": \"spawn\"}")).isEqualTo(new Operation.Spawn(KernelJson.START_BRK));
    }

    @Test
    void operationIsWrittenAsItIsRead() {
        Operation access = new Operation.DeviceAccess("d", 0x7fdde3e81000L, AccessKind.WRITE, 7);
        String text = json.writeValueAsString(access);
        assertThat(text).contains("\"op\":\"deviceAccess\"").contains("\"address\":\"0x7fdde3e81000\"");
        assertThat(read(text)).isEqualTo(access);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"op\": \"fork\"}", "{\"op\": \"fork\", \"mm\": null}",
        "{\"op\": \"fork\", \"mm\": 1, \"x\": 2}",
        "{\"mm\": 1}", "{\"op\": \"format\"}", "{\"op\": \"brk\", \"mm\": 1, \"address\": 4096}",
        "{\"op\": \"brk\", \"mm\": 1, \"address\": \"4096\"}",
        "{\"op\": \"munmap\", \"mm\": 1, \"address\": \"0x1000\", \"length\": \"4kb\"}",
        "{\"op\": \"mprotect\", \"mm\": 1, \"address\": \"0x1000\", \"length\": 1, \"prot\": [null]}",
        "{\"op\": \"mprotect\", \"mm\": 1, \"address\": \"0x1000\", \"length\": 1}"})
    void whatIsMissingOrUnknownIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @CsvSource({"4096, 4096", "4k, 4096", "2M, 2097152", "1G, 1073741824", "0x1000, 4096"})
    void byteCountsHaveUnits(String text, long bytes) {
        assertThat(Numbers.parseBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "4T", "999999999999999G", "0xffffffffffffffff", "4 k"})
    void otherByteCountsAreRefused(String text) {
        assertThatThrownBy(() -> Numbers.parseBytes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private Operation read(String text) {
        return json.readValue(text, Operation.class);
    }
}
