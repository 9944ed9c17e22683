package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;

import io.mmulab.testdb.TestDatabase;

/** A comparison that its caller does not wait for. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "mmulab.comparison.patience=0s")
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class LongComparisonIT {
    @Autowired
    private RestTestClient http;

    @Test
    void isAcceptedWithALocationThatShowsProgressUntilTheTableIsThere() {
        MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
        form.add("trace", new ClassPathResource("traces/gzip.lackey.gz"));

        String location = Objects.requireNonNull(http.post().uri("/api/v1/comparisons")
                .contentType(MediaType.MULTIPART_FORM_DATA).body(form).exchange().expectStatus().isAccepted()
                .expectBody().returnResult().getResponseHeaders().getLocation()).getPath();

        JsonNode progress = await().atMost(Duration.ofHours(1)).until(() -> new Api(http).json(location),
                now -> !now.get("status").asString().equals("RUNNING"));
        assertThat(progress.get("status").asString()).isEqualTo("DONE");
        assertThat(progress.get("linesDone").asLong()).isEqualTo(1_351_979);
        http.delete().uri(location).exchange().expectStatus().isEqualTo(409).expectBody().jsonPath("$.type")
                .isEqualTo("/problems/not-running");
    }
}
