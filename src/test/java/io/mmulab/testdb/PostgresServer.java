package io.mmulab.testdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

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
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PULL_TIMEOUT = Duration.ofSeconds(45);
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
                } catch (NoContainerException e) {
                    yield embedded("because " + e.getMessage());
                }
            }
            default -> throw new IllegalArgumentException(WAY + " is neither container nor embedded: " + way);
        };
    }

    private static RunningDatabase container() {
        var image = System.getProperty(IMAGE, DEFAULT_IMAGE);
        obtain(image, dockerClient());
        // The container lives as long as this JVM: Testcontainers removes it in a shutdown hook.
        var container = new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"))
                .withStartupTimeout(START_TIMEOUT);
        try {
            container.start();
        } catch (RuntimeException e) {
            throw new NoContainerException("image " + image + " does not start: " + firstLine(e), e);
        }
        return new RunningDatabase(container.getJdbcUrl(), container.getUsername(), container.getPassword(),
                "in a container (" + image + ")");
    }

    private static DockerClient dockerClient() {
        // Testcontainers looks in many places and complains at length: don't let it where there is nothing to find.
        if (System.getenv("DOCKER_HOST") == null && !Files.exists(Path.of("/var/run/docker.sock"))) {
            throw new NoContainerException("there is no Docker engine", null);
        }
        // It asks in a thread of its own, because inside a container it may first pull an image, again and again, only
        // to learn the host's address.
        var available = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                available.complete(DockerClientFactory.instance().isDockerAvailable());
            } catch (RuntimeException e) {
                available.completeExceptionally(e);
            }
        });
        try {
            if (!available.get(ASK_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new NoContainerException("no Docker engine answers", null);
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new NoContainerException("Testcontainers can't work with the Docker engine", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return DockerClientFactory.instance().client();
    }

    /** Testcontainers would repeat a pull for minutes where no registry is reached, so the image is fetched here. */
    private static void obtain(String image, DockerClient docker) {
        try {
            docker.inspectImageCmd(image).exec();
            return;
        } catch (NotFoundException e) {
            System.out.println("integration database: pulling " + image);
        }
        try {
            var name = DockerImageName.parse(image);
            boolean pulled = docker.pullImageCmd(name.getUnversionedPart()).withTag(name.getVersionPart()).start()
                    .awaitCompletion(PULL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (!pulled) {
                throw new NoContainerException("image " + image + " takes more than " + PULL_TIMEOUT.toSeconds()
                        + " s to pull", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (NoContainerException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new NoContainerException("image " + image + " can't be pulled: " + firstLine(e), e);
        }
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

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    private static final class NoContainerException extends RuntimeException {

        private static final long serialVersionUID = 1;

        NoContainerException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
