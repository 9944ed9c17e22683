package io.mmulab.testdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A database of a test's own that can be taken away and comes back with what was committed. PostgreSQL is an embedded server of its
 * own, wherever the others come from. H2, which lives in the process that uses it, is closed as an error of its file closes it: its
 * connections are dead, and the next one opens the file again.
 */
public interface PerishableDatabase extends AutoCloseable {

    /** One of the kind that this run was asked for. */
    static PerishableDatabase create() throws IOException {
        return switch (TestDatabase.kind()) {
            case H2 -> new ClosedFile(EmptyDatabase.create());
            case POSTGRES -> new KilledServer();
        };
    }

    /** Where it is, now and after each return. */
    EmptyDatabase address();

    /** How many ways there are of going away. */
    int ways();

    /** Goes away, without a word to anybody. Returns when nothing of it is left. */
    void goAway(int way) throws IOException, InterruptedException, SQLException;

    /** Whether it stays away until {@link #comeBack}. */
    boolean isAway();

    /** Accepts connections again. */
    void comeBack() throws IOException;

    @Override
    void close() throws IOException;

    /** H2. */
    record ClosedFile(EmptyDatabase address) implements PerishableDatabase {
        @Override
        public int ways() {
            return 1;
        }

        @Override
        public void goAway(int way) throws SQLException {
            try (var connection =
                    DriverManager.getConnection(address.jdbcUrl(), address.username(), address.password());
                    var statement = connection.createStatement()) {
                statement.execute("shutdown immediately");
            }
        }

        @Override
        public boolean isAway() {
            return false;
        }

        @Override
        public void comeBack() {
            // The next connection opens it.
        }

        @Override
        public void close() {
            // Its last user closes it.
        }
    }

    /** PostgreSQL. */
    final class KilledServer implements PerishableDatabase {
        private final Path directory = Files.createTempDirectory("mmulab-perishable");
        private EmbeddedPostgres server;
        private boolean away;

        private KilledServer() throws IOException {
            server = start(0);
        }

        private EmbeddedPostgres start(int port) throws IOException {
            var builder = EmbeddedPostgres.builder().setDataDirectory(directory).setCleanDataDirectory(false)
                    // The embedded server's own default forgets the last commits when it is killed.
                    .setServerConfig("synchronous_commit", "on");
            return (port == 0 ? builder : builder.setPort(port)).start();
        }

        @Override
        public EmptyDatabase address() {
            return new EmptyDatabase(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
        }

        @Override
        public int ways() {
            return 2;
        }

        @Override
        public void goAway(int way) throws IOException, InterruptedException {
            List<ProcessHandle> all = processes();
            if (way == 0) {
                all.forEach(ProcessHandle::destroyForcibly);
            } else {
                // What pg_ctl stop -m immediate sends.
                signal("QUIT", all.subList(0, 1));
            }
            all.forEach(process -> process.onExit().join());
            away = true;
        }

        @Override
        public boolean isAway() {
            return away;
        }

        @Override
        public void comeBack() throws IOException {
            away = false;
            int port = server.getPort();
            server.close();
            server = start(port);
        }

        /** Says nothing from now on, and closes nothing. */
        public void freeze() throws IOException, InterruptedException {
            signal("STOP", processes());
        }

        /** Goes on where it was. */
        public void thaw() throws IOException, InterruptedException {
            signal("CONT", processes());
        }

        /** The server first, then those that it made. What started it may have ended. */
        private List<ProcessHandle> processes() throws IOException {
            long id = Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid")).getFirst());
            ProcessHandle first = ProcessHandle.of(id).orElseThrow();
            return Stream.concat(Stream.of(first), first.descendants()).toList();
        }

        private static void signal(String name, List<ProcessHandle> to) throws IOException, InterruptedException {
            Stream<String> ids = to.stream().map(process -> String.valueOf(process.pid()));
            new ProcessBuilder(Stream.concat(Stream.of("kill", "-" + name), ids).toList()).inheritIO().start()
                    .waitFor();
        }

        @Override
        public void close() throws IOException {
            server.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
