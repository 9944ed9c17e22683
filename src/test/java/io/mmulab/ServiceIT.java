package io.mmulab;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.mmulab.testdb.TestDatabase;

/** The service as it is delivered, on the database of this run. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class ServiceIT {

    @Autowired
    private DataSource dataSource;

    @Autowired
    private RestTestClient http;

    /** Without this, a run that was meant for PostgreSQL could pass on H2. */
    @Test
    void runsOnTheDatabaseThatWasAskedFor() throws Exception {
        try (var connection = dataSource.getConnection()) {
            assertThat(connection.getMetaData().getDatabaseProductName())
                    .isEqualTo(TestDatabase.kind().productName());
        }
    }

    @Test
    void isHealthyAndSaysNothingMore() {
        http.get().uri("/actuator/health").exchange().expectStatus().isOk().expectBody()
                .jsonPath("$.status").isEqualTo("UP")
                .jsonPath("$.components").doesNotExist();
        http.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
        http.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
        http.get().uri("/actuator/health/database").exchange().expectStatus().isOk().expectBody()
                .jsonPath("$.status").isEqualTo("UP")
                .jsonPath("$.components").doesNotExist();
    }

    @Test
    void exposesMetricsForPrometheus() {
        http.get().uri("/actuator/prometheus").exchange().expectStatus().isOk().expectBody(String.class)
                .value(metrics -> assertThat(metrics).contains("jvm_memory_used_bytes"));
    }

    /** These would tell a stranger passwords, memory and beans. */
    @Test
    void keepsOtherActuatorEndpointsToItself() {
        for (var endpoint : new String[] {"env", "heapdump", "beans", "configprops", "loggers", "threaddump"}) {
            http.get().uri("/actuator/" + endpoint).exchange().expectStatus().isNotFound();
        }
        http.get().uri("/h2-console").exchange().expectStatus().isNotFound();
    }

    @Test
    void describesItselfInOpenApi31() {
        http.get().uri("/v3/api-docs").exchange().expectStatus().isOk().expectBody()
                .jsonPath("$.openapi").value(version -> assertThat(version).asString().startsWith("3.1."));
    }

    @Test
    void servesSwaggerUi() {
        http.get().uri("/swagger-ui/index.html").exchange().expectStatus().isOk().expectBody(String.class)
                .value(page -> assertThat(page).contains("swagger-ui"));
    }

    @Test
    void answersAnUnknownPathWithAProblem() {
        http.get().uri("/nothing-here").exchange().expectStatus().isNotFound()
                .expectHeader().contentType("application/problem+json")
                .expectBody().jsonPath("$.status").isEqualTo(404).jsonPath("$.trace").doesNotExist();
    }
}
