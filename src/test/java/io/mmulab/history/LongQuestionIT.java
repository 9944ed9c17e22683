package io.mmulab.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.mmulab.testdb.TestDatabase;

/** A question that takes too long is cancelled, in the database too, and its sender told so. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "mmulab.history.question-seconds=1")
@AutoConfigureRestTestClient
@Import(TestDatabase.class)
class LongQuestionIT {
    @Autowired
    private RestTestClient http;

    @Autowired
    private DataSource connections;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    @Test
    void aStatementWhoseTimeIsUpIsNoDatabaseThatWentAway() {
        var second = new TransactionTemplate(transactions);
        second.setTimeout(1);
        String endless = TestDatabase.kind() == TestDatabase.Kind.H2
                ? "select count(*) from system_range(1, 100000000) a, system_range(1, 100000000) b"
                : "select count(*) from generate_series(1, 100000000) a, generate_series(1, 100000000) b";

        Throwable failure = catchThrowable(
                () -> second.executeWithoutResult(status -> jdbc.queryForObject(endless, Long.class)));

        assertThat(DatabaseFailure.tookTooLong(failure)).as("%s", failure).isTrue();
        assertThat(DatabaseFailure.isAway(failure)).as("%s", failure).isFalse();
    }

    /** Not on H2, whose readers wait for nobody. */
    @Test
    @Tag("postgres")
    void itsSenderIsToldToAskForLess() throws SQLException {
        try (Connection other = connections.getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table notifier_event in access exclusive mode");

            http.get().uri("/api/v1/events").exchange().expectStatus().isEqualTo(422).expectBody()
                    .jsonPath("$.type").value(type -> assertThat(String.valueOf(type)).endsWith("/question-too-long"));
            other.rollback();
        }
        http.get().uri("/api/v1/events").exchange().expectStatus().isOk();
    }
}
