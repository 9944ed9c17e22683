package io.mmulab.testdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * A database that accepts connections until this JVM ends.
 *
 * @param where how it was come by, for the reader of the build's output
 */
record RunningDatabase(String jdbcUrl, String username, String password, String where)
        implements JdbcConnectionDetails {

    private static final Path BUILD_DIRECTORY = Path.of(System.getProperty("it.directory", "target"));

    /** The one database of this test run, started when first asked for. */
    static RunningDatabase ofThisRun() {
        return OfThisRun.INSTANCE;
    }

    @Override
    public String getJdbcUrl() {
        return jdbcUrl;
    }

    @Override
    public String getUsername() {
        return username;
    }

    @Override
    public String getPassword() {
        return password;
    }

    /** A new H2 database in a file, as the service has by default, that stays there for a look after a failed test. */
    private static RunningDatabase h2() {
        try {
            Files.createDirectories(BUILD_DIRECTORY);
            var directory = Files.createTempDirectory(BUILD_DIRECTORY, "it-h2-").toAbsolutePath();
            return new RunningDatabase(
                    "jdbc:h2:file:" + directory.resolve("mmulab")
                            + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;LOCK_TIMEOUT=10000",
                    "mmulab", "", "in a file");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the database itself what it is, and tells the reader of the build: on the console, and in a file for CI. */
    private void announce() {
        try (var connection = DriverManager.getConnection(jdbcUrl, username, password)) {
            var metaData = connection.getMetaData();
            var line = "integration database: " + metaData.getDatabaseProductName() + " "
                    + metaData.getDatabaseProductVersion() + " " + where;
            System.out.println(line);
            Files.createDirectories(BUILD_DIRECTORY);
            Files.writeString(BUILD_DIRECTORY.resolve("integration-databases.txt"), line + System.lineSeparator(),
                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (SQLException e) {
            throw new IllegalStateException("the integration database does not answer: " + jdbcUrl, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class OfThisRun {
        static final RunningDatabase INSTANCE = start();

        private static RunningDatabase start() {
            var database = switch (TestDatabase.kind()) {
                case H2 -> h2();
                case POSTGRES -> PostgresServer.start();
            };
            database.announce();
            return database;
        }
    }
}
