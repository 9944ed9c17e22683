package io.mmulab.dashboard;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus of this machine, with the configuration of {@code config/prometheus} but for the address and the pace. */
final class PrometheusServer implements AutoCloseable {
    private static final Path CONFIGURATION = Path.of("config/prometheus/prometheus.yml");
    /** For its start and two scrapes, on a slow machine; a query that finds nothing takes as long. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where the program is. */
    private static Path program() {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1))
                .map(directory -> Path.of(directory, "prometheus"))
                .filter(Files::isExecutable).findFirst()
                .orElseThrow(() -> new AssertionError("no prometheus on the PATH"));
    }

    /** Starts one that scrapes the service at {@code target}, host:port. */
    static PrometheusServer start(String target, Path directory) throws IOException {
        String configuration = Files.readString(CONFIGURATION).replace("mmulab:8080", target)
                .replace("scrape_interval: 5s", "scrape_interval: 500ms");
        Path file = Files.writeString(directory.resolve("prometheus.yml"), configuration);
        int port = freePort();
        Process process = new ProcessBuilder(program().toString(), "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        return new PrometheusServer(process, port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Asks until the answer has rows.
     *
     * @return the rows; empty if there were none for some minutes
     */
    JsonNode rows(String query) {
        URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try {
            return await().atMost(PATIENCE).until(() -> ask(uri), rows -> !rows.isEmpty());
        } catch (ConditionTimeoutException e) {
            return JSON.createArrayNode();
        }
    }

    private JsonNode ask(URI uri) throws IOException, InterruptedException {
        String body;
        try {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            body = answer.body();
            if (answer.statusCode() == 400) {
                throw new IllegalArgumentException(body);
            }
            if (answer.statusCode() != 200) {
                return JSON.createArrayNode();
            }
        } catch (java.net.ConnectException e) {
            if (!process.isAlive()) {
                throw e;
            }
            return JSON.createArrayNode();
        }
        return JSON.readTree(body).at("/data/result");
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> process.destroyForcibly()).join();
    }
}
