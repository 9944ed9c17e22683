package io.mmulab.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

import io.mmulab.MmuLabApplication;
import io.mmulab.testdb.EmptyDatabase;

/** The network's silence is limited, as on H2 there is none. */
@Tag("postgres")
class LongMigrationIT {
    @Test
    void mayBeSilentForLongerThanAnyRequest() {
        EmptyDatabase database = EmptyDatabase.create();
        String hasty = database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?") + "socketTimeout=1";
        try (var context = new SpringApplicationBuilder(MmuLabApplication.class).web(WebApplicationType.NONE)
                .lazyInitialization(true)
                .run("--spring.datasource.url=" + hasty, "--spring.datasource.username=" + database.username(),
                        "--spring.datasource.password=" + database.password(),
                        "--spring.flyway.locations=classpath:db/migration,classpath:db/{vendor},classpath:db/slow")) {
            assertThat(context.getBean(Flyway.class).info().current().getVersion()).hasToString("9999");
        }
    }
}
