package io.mmulab.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.output.WaitingConsumer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/** The image that the {@code Dockerfile} makes. */
@Tag("once")
class ServiceImageIT {
    private static final String MACHINE = "{\"architecture\": \"arm64\", \"kernelDesign\": \"linux-6.3\"}";
    /** 128 and the number of SIGTERM: how a JVM ends that was asked to, and not killed. */
    private static final int TERMINATED = 143;

    @Test
    void runsAsAUserWhoCanChangeItsDataButNotTheProgram() {
        try (var container = new GenericContainer<>(DockerImageName.parse(ServiceImage.ofThisRun()))) {
            container.withStartupCheckStrategy(new OneShotStartupCheckStrategy())
                    .withCreateContainerCmdModifier(command -> command.withEntrypoint("sh", "-c",
                            "cat /proc/self/status && test -d /app && ! test -w /app && test -w /data"))
                    .start();
            assertThat(container.getLogs()).containsPattern("Uid:\t[1-9]");
        }
    }

    /** So that a new version of the program is a few megabytes to those who have the libraries of the old one. */
    @Test
    void itsLastLayersAreThoseOfTheJar(@TempDir Path directory) throws Exception {
        List<Set<String>> layers = new SavedImage(ServiceImage.ofThisRun()).layers();
        tool(directory, "extract", "--layers", "--launcher", "--destination", directory.resolve("layers").toString());
        List<Set<String>> expected = new ArrayList<>();
        for (String layer : tool(directory, "list-layers")) {
            expected.add(files(directory.resolve("layers").resolve(layer)));
        }
        assertThat(expected).hasSizeGreaterThan(3);
        assertThat(layers.subList(layers.size() - expected.size(), layers.size())).isEqualTo(expected);
    }

    /**
     * A request whose headers the service has read, and whose body is sent only when it is already stopping, is answered;
     * the service then ends by itself, and another one finds everything in the volume.
     */
    @Test
    void whenStoppedItAnswersWhatItHasBegunAndLosesNothing() throws Exception {
        try (var lab = quickLab(); var http = HttpClient.newHttpClient()) {
            var log = new WaitingConsumer();
            lab.withLogConsumer(log).start();
            String before = http.send(lab.request("/api/v1/machines").header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(MACHINE)).build(), BodyHandlers.discarding()).headers()
                    .firstValue("Location").orElseThrow();
            String during = postWhileStopping(lab, log);
            assertThat(lab.getCurrentContainerInfo().getState().getExitCodeLong()).isEqualTo(TERMINATED);
            try (var next = quickLab().withVolumesFrom(lab, BindMode.READ_WRITE)) {
                next.start();
                for (String machine : List.of(before, during)) {
                    assertThat(http.send(next.request(machine).build(), BodyHandlers.discarding()).statusCode())
                            .as(machine).isEqualTo(200);
                }
            }
        }
    }

    /** Its own compiler options would make it fast, which takes longer than what is asked of it here. */
    private static MmuLab quickLab() {
        return new MmuLab(ServiceImage.ofThisRun()).withEnv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
    }

    /** Returns the path of the machine that the request makes, after the container has stopped. */
    private static String postWhileStopping(MmuLab lab, WaitingConsumer log) throws Exception {
        try (var socket = new Socket(lab.getHost(), lab.getFirstMappedPort())) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            send(socket, """
                    POST /api/v1/machines HTTP/1.1
                    Host: lab
                    Content-Type: application/json
                    Content-Length: %d
                    Expect: 100-continue

                    """.formatted(MACHINE.length()).replace("\n", "\r\n"));
            assertThat(in.readLine()).startsWith("HTTP/1.1 100");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(
                    () -> lab.getDockerClient().stopContainerCmd(lab.getContainerId()).withTimeout(60).exec());
            log.waitUntil(frame -> said(frame, "Commencing graceful shutdown"), 60, TimeUnit.SECONDS);
            send(socket, MACHINE);
            String answer = in.lines().filter(line -> !line.isEmpty()).takeWhile(line -> !line.startsWith("{"))
                    .collect(Collectors.joining("\n"));
            assertThat(answer).startsWith("HTTP/1.1 201");
            stopped.join();
            return answer.lines().filter(line -> line.startsWith("Location: ")).findFirst().orElseThrow()
                    .substring("Location: ".length());
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static boolean said(OutputFrame frame, String words) {
        return frame.getUtf8String().contains(words);
    }

    /** What the jar itself says about its layers. */
    private static List<String> tool(Path directory, String... command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djarmode=tools", "-jar", ServiceImage.jar().toString()));
        whole.addAll(List.of(command));
        Path output = directory.resolve("output");
        int status = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(output.toFile()).start()
                .waitFor();
        assertThat(status).as(Files.readString(output)).isZero();
        return Files.readAllLines(output);
    }

    private static Set<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(file -> "app/" + directory.relativize(file))
                    .collect(Collectors.toSet());
        }
    }
}
