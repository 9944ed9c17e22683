package io.mmulab.testdb;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database of a test's own, without tables, on the server of the run. It stays there until the server ends. */
public record EmptyDatabase(String jdbcUrl, String username, String password) {

    /** Makes one of the kind that this run was asked for. */
    public static EmptyDatabase create() {
        var server = RunningDatabase.ofThisRun();
        String name = "own_" + UUID.randomUUID().toString().replace("-", "").toLowerCase(Locale.ROOT);
        return switch (TestDatabase.kind()) {
            case H2 -> new EmptyDatabase(server.jdbcUrl().replaceFirst("/mmulab;", "/" + name + ";"),
                    server.username(), server.password());
            case POSTGRES -> {
                try (var connection =
                        DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
                        var statement = connection.createStatement()) {
                    statement.execute("create database " + name);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                yield new EmptyDatabase(server.jdbcUrl().replaceFirst("(//[^/]+/)[^?]+", "$1" + name),
                        server.username(), server.password());
            }
        };
    }

    /** Connections, a new one each time. */
    public DataSource dataSource() {
        return new DriverManagerDataSource(jdbcUrl, username, password);
    }

    /** Where this database's own migrations are. */
    public static String[] migrations() {
        return new String[] {"classpath:db/migration",
            TestDatabase.kind() == TestDatabase.Kind.H2 ? "classpath:db/h2" : "classpath:db/postgresql"};
    }
}
