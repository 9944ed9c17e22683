package io.mmulab.integration;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The service in a container of a test's own, with an H2 database that goes when the container goes. */
final class MmuLab extends GenericContainer<MmuLab> {
    private static final int PORT = 8080;

    MmuLab(String image) {
        super(DockerImageName.parse(image));
        withExposedPorts(PORT);
        waitingFor(Wait.forHttp("/actuator/health/readiness").withStartupTimeout(Duration.ofMinutes(3)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + path));
    }
}
