package io.mmulab.docker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** The engine that Testcontainers finds, and its images, or within seconds the reason why not. */
public final class DockerEngine {

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PULL_TIMEOUT = Duration.ofSeconds(45);

    private DockerEngine() {}

    /** Throws an {@link UnavailableException} if none answers. */
    public static DockerClient client() {
        // Testcontainers looks in many places and complains at length: don't let it where there is nothing to find.
        if (System.getenv("DOCKER_HOST") == null && !Files.exists(Path.of("/var/run/docker.sock"))) {
            throw new UnavailableException("there is no Docker engine", null);
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
                throw new UnavailableException("no Docker engine answers", null);
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new UnavailableException("Testcontainers can't work with the Docker engine", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return DockerClientFactory.instance().client();
    }

    /**
     * Throws an {@link UnavailableException} if the image is not there and can't be pulled. Testcontainers would repeat a
     * pull for minutes where no registry is reached, so the image is fetched here.
     */
    public static void obtain(String image) {
        DockerClient docker = client();
        try {
            docker.inspectImageCmd(image).exec();
            return;
        } catch (NotFoundException e) {
            System.out.println("integration tests: pulling " + image);
        }
        try {
            var name = DockerImageName.parse(image);
            boolean pulled = docker.pullImageCmd(name.getUnversionedPart()).withTag(name.getVersionPart()).start()
                    .awaitCompletion(PULL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (!pulled) {
                throw new UnavailableException(
                        "image " + image + " takes more than " + PULL_TIMEOUT.toSeconds() + " s to pull", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (UnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnavailableException("image " + image + " can't be pulled: " + firstLine(e), e);
        }
    }

    /** What a message of Docker or Testcontainers says before it goes into details. */
    public static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }
}
