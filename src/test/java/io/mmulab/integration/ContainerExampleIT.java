package io.mmulab.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The test that {@code docs/integration.md} shows. */
@Tag("once")
class ContainerExampleIT {
    private static final String UPGRADE = """
            mmap A 1 rw private-anon
            write A 0 1
            fork C
            dev read smmu A 0
            exit C
            write A 0 2
            dev write smmu A 0 3
            """;

    /** How the device's read and its write ended. */
    private static List<String> statuses(MmuLab lab, HttpClient http, String kernelDesign)
            throws IOException, InterruptedException {
        HttpResponse<String> machine = http.send(lab.request("/api/v1/machines")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"architecture": "arm64", "kernelDesign": "%s",
                         "devices": [{"name": "smmu", "model": "smmuv3-sva"}]}""".formatted(kernelDesign)))
                .build(), BodyHandlers.ofString());
        String path = machine.headers().firstValue("Location").orElseThrow();
        HttpResponse<String> outcomes = http.send(lab.request(path + "/operations")
                .header("Content-Type", "text/x-mm").POST(BodyPublishers.ofString(UPGRADE))
                .build(), BodyHandlers.ofString());
        return Pattern.compile("\"deviceStatus\":\"(\\w+)\"").matcher(outcomes.body()).results()
                .map(status -> status.group(1)).toList();
    }

    @Test
    void aDeviceThatNobodyTellsOfTheUpgradeIsStuck() throws Exception {
        String image = ServiceImage.ofThisRun();
        try (var lab = new MmuLab(image); var http = HttpClient.newHttpClient()) {
            lab.start();
            assertThat(statuses(lab, http, "linux-6.3")).containsExactly("OK", "STUCK");
            assertThat(statuses(lab, http, "linux-6.6")).containsExactly("OK", "OK");
        }
    }
}
