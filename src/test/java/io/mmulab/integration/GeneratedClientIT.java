package io.mmulab.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

import io.mmulab.testdb.TestDatabase;

/** A client is generated from the served description as the documentation says, compiled with its example, and run. */
@Tag("once")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
// Unused here: with it, the context is the one that other tests have already started.
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class GeneratedClientIT {
    private static final String GENERATOR = Path.of(System.getProperty("it.directory", "target"), "openapi-generator",
            "openapi-generator-cli.jar").toString();
    private static final String EXAMPLE = "src/test/client/example/ClientExample.java";
    /** A class of each library that a generated client is compiled and run with. */
    private static final List<String> LIBRARIES = List.of("com.fasterxml.jackson.annotation.JsonProperty",
            "com.fasterxml.jackson.core.JsonFactory", "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule", "jakarta.annotation.Nonnull",
            "org.apache.http.HttpEntity", "org.apache.http.client.entity.UrlEncodedFormEntity",
            "org.apache.http.entity.mime.MultipartEntityBuilder");

    @LocalServerPort
    private int port;

    @Test
    void aGeneratedClientCompilesAndShowsTheStuckDevice(@TempDir Path directory) throws Exception {
        generate(directory);
        compile(directory);
        try (URLClassLoader client = new URLClassLoader(new URL[] {classes(directory).toUri().toURL()},
                GeneratedClientIT.class.getClassLoader())) {
            Object answer = client.loadClass("example.ClientExample").getMethod("run", String.class).invoke(null,
                    "http://127.0.0.1:" + port);
            assertThat(answer).isEqualTo(List.of("STUCK", "LOST_UPGRADE", "Alistair Popple"));
        }
    }

    private void generate(Path directory) throws IOException, InterruptedException {
        Path description = directory.resolve("openapi.json");
        try (HttpClient http = HttpClient.newHttpClient()) {
            http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/api-docs")).build(),
                    HttpResponse.BodyHandlers.ofFile(description));
        }
        run(directory, tool("java"), "-XX:TieredStopAtLevel=1", "-jar", GENERATOR, "generate",
                "-c", "config/openapi-generator.yaml", "-i", description.toString(), "-o", directory.toString());
    }

    private static void compile(Path directory) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool("javac"), "-J-XX:TieredStopAtLevel=1", "-nowarn",
                "-proc:none", "-d", classes(directory).toString(),
                "-cp", LIBRARIES.stream().map(GeneratedClientIT::jar).collect(Collectors.joining(File.pathSeparator)),
                EXAMPLE));
        try (Stream<Path> sources = Files.walk(directory.resolve("src/main/java"))) {
            sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(command::add);
        }
        run(directory, command.toArray(String[]::new));
    }

    /** In a process of its own, which needs no memory of this one and no more than the quick half of its compiler. */
    private static void run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        int status = process.waitFor();
        assertThat(status).as(Files.readString(log)).isZero();
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static Path classes(Path directory) {
        return directory.resolve("classes");
    }

    private static String jar(String type) {
        try {
            return Path.of(Objects.requireNonNull(Class.forName(type).getProtectionDomain().getCodeSource())
                    .getLocation().toURI()).toString();
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
