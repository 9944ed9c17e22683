package io.mmulab.testdb;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Gives a Spring context the database that the system property {@value #PROPERTY} asks for: {@code h2}, which is also
 * the answer where nobody asks, or {@code postgres}. The build runs every {@code *IT} class once with each.
 *
 * <p>One server serves all the contexts of a test run, so a test finds the rows of others and must look for its own.
 */
@TestConfiguration(proxyBeanMethods = false)
public class TestDatabase {

    /** The system property that chooses the database. */
    public static final String PROPERTY = "it.db";

    @Bean
    JdbcConnectionDetails testDatabaseConnectionDetails() {
        return RunningDatabase.ofThisRun();
    }

    /** The database that this run was asked for. */
    public static Kind kind() {
        var asked = System.getProperty(PROPERTY, "h2");
        return switch (asked) {
            case "h2" -> Kind.H2;
            case "postgres" -> Kind.POSTGRES;
            default -> throw new IllegalArgumentException(PROPERTY + " is neither h2 nor postgres: " + asked);
        };
    }

    /** The databases that the service is tested on. */
    public enum Kind {
        H2("H2"), POSTGRES("PostgreSQL");

        private final String productName;

        Kind(String productName) {
            this.productName = productName;
        }

        /** What the database calls itself in its JDBC metadata. */
        public String productName() {
            return productName;
        }
    }
}
