package io.mmulab.history;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** The parts of the event store that depend on the database. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(HistorySettings.class)
class HistoryConfiguration {

    @Bean
    HistoryDatabase historyDatabase(JdbcTemplate jdbc) {
        return database(jdbc);
    }

    static HistoryDatabase database(JdbcTemplate jdbc) {
        String product = jdbc.execute((ConnectionCallback<String>) connection -> connection.getMetaData()
                .getDatabaseProductName());
        return HistoryDatabase.of(String.valueOf(product));
    }

    /** A connection each time, outside of the pool: whoever holds one of the pool never waits for a second. */
    static DataSource aside(DataSource pool) {
        return DataSourceBuilder.derivedFrom(pool).type(SimpleDriverDataSource.class).build();
    }

    /**
     * Several threads: dropping old events takes long, and must not keep leases from being renewed. Of virtual threads, which
     * requests have, tasks with a fixed delay share one.
     */
    @Bean
    ThreadPoolTaskScheduler taskScheduler(ThreadPoolTaskSchedulerBuilder builder) {
        return builder.build();
    }

    @Bean
    FlywayConfigurationCustomizer migrationsTakeTheirTime() {
        return flyway -> flyway.dataSource(new NoNetworkTimeoutDataSource(flyway.getDataSource()));
    }

    @Bean
    EventKinds eventKinds(DataSource pool, JdbcTemplate jdbc) {
        return new EventKinds(jdbc, new JdbcTemplate(aside(pool)));
    }

    @Bean
    EventPages eventPages(EventRows events, HistoryDatabase database, JdbcTemplate jdbc) {
        return switch (database) {
            case POSTGRESQL -> new PostgresEventPages(events, jdbc);
            case H2 -> new H2EventPages(events);
        };
    }

    @Bean
    Partitions partitions(DataSource pool, HistoryDatabase database, HistorySettings settings) {
        return new Partitions(aside(pool), database, settings.partition());
    }

    @Bean
    EventStore eventStore(JdbcTemplate jdbc, HistoryDatabase database, EventKinds kinds, MeterRegistry registry) {
        return new MeasuredEventStore(new JdbcEventStore(jdbc, database, kinds), new EventMeters(registry), jdbc);
    }
}
