package io.mmulab.testdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

import io.mmulab.docker.DockerEngine;
import io.mmulab.docker.UnavailableException;

/**
 * Starts PostgreSQL in a container where that is possible without a long wait, otherwise as an embedded server.
 *
 * <p>System properties: {@value #WAY} is {@code container} (fail where that is impossible), {@code embedded}, or unset
 * for whichever works; {@value #IMAGE} names another image.
 */
final class PostgresServer {

    private static final String WAY = "it.postgres";
    private static final String IMAGE = "it.postgres.image";
    private static final String DEFAULT_IMAGE = "postgres:18-alpine";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private PostgresServer() {}

    static RunningDatabase start() {
        var way = System.getProperty(WAY, "any");
        return switch (way) {
            case "container" -> container();
            case "embedded" -> embedded("as " + WAY + " asks");
            case "any" -> {
                try {
                    yield container();
                } catch (UnavailableException e) {
                    yield embedded("because " + e.getMessage());
                }
            }
            default -> throw new IllegalArgumentException(WAY + " is neither container nor embedded: " + way);
        };
    }

    private static RunningDatabase container() {
        var image = System.getProperty(IMAGE, DEFAULT_IMAGE);
        DockerEngine.obtain(image);
        // The container lives as long as this JVM: Testcontainers removes it in a shutdown hook.
        var container = new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"))
                .withStartupTimeout(START_TIMEOUT);
        try {
            container.start();
        } catch (RuntimeException e) {
            throw new UnavailableException("image " + image + " does not start: " + DockerEngine.firstLine(e), e);
        }
        return new RunningDatabase(container.getJdbcUrl(), container.getUsername(), container.getPassword(),
                "in a container (" + image + ")");
    }

    private static RunningDatabase embedded(String why) {
        try {
            // Not closed: the server ends with this JVM, by a shutdown hook of its own.
            var server = EmbeddedPostgres.builder().start();
            return new RunningDatabase(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres",
                    "embedded, " + why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
