package io.mmulab.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.mmulab.testdb.EmptyDatabase;

/** A JVM of its own with this one's classes; what it says on lines that begin with "@ ". */
final class VictimProcess implements AutoCloseable {
    private static final String EOF = "";

    private final Process process;
    private final Path log;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    VictimProcess(EmptyDatabase database, Class<?> main, String... arguments) throws IOException {
        log = Files.createTempFile("mmulab-victim", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), main.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password()));
        process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("@ ")) {
                    lines.add(line.substring(2));
                } else {
                    Files.writeString(log, line + "\n", java.nio.file.StandardOpenOption.APPEND);
                }
            }
        } catch (IOException e) {
            // It was killed in the middle of a line, which then says nothing.
        }
        lines.add(EOF);
    }

    /** Everything that it says up to a word, which is the last. */
    List<String> until(String word) throws InterruptedException {
        List<String> said = new ArrayList<>();
        while (true) {
            String line = lines.poll(10, TimeUnit.MINUTES);
            if (line == null || line.equals(EOF)) {
                throw new AssertionError(
                        "the process ended before it said " + word + ": see " + log + "; it said " + said);
            }
            said.add(line);
            if (line.startsWith(word)) {
                return said;
            }
        }
    }

    /** All comparisons ended as the last one, which ran undisturbed from its beginning. */
    static void sameEvents(List<String> said) {
        List<String[]> events =
                said.stream().map(line -> line.split(" ", -1)).filter(words -> words[0].equals(Victim.EVENTS))
                        .toList();
        assertThat(events).isNotEmpty();
        assertThat(said).noneMatch(line -> line.startsWith(Victim.BROKEN));
        String[] undisturbed = events.getLast();
        assertThat(events).allSatisfy(words -> {
            assertThat(words[2]).isEqualTo("DONE");
            assertThat(words[3]).as("comparison %s", words[1]).isEqualTo(undisturbed[3]);
        });
    }

    /** Kills it with SIGKILL, and gives what it said until then. */
    List<String> kill() throws InterruptedException {
        // By its handle: Process.destroyForcibly() also closes the stream, and with it what was said and not yet read.
        process.toHandle().destroyForcibly();
        process.waitFor();
        List<String> said = new ArrayList<>();
        for (String line = lines.take(); !line.equals(EOF); line = lines.take()) {
            said.add(line);
        }
        return said;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
