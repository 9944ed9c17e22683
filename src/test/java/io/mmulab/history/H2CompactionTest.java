package io.mmulab.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class H2CompactionTest {
    private static final int ROWS = 50_000;
    private static final int COMMITS = 200;
    private static final int CALLS = 100;

    @TempDir
    Path folder;

    @Test
    void chunksThatAreMostlyRemainsAreWrittenAnewWithoutAnybodyAsking() throws SQLException {
        var file = new JdbcDataSource();
        // Without a time of retention, so that nothing has to be waited for.
        file.setURL("jdbc:h2:file:" + folder.resolve("file") + ";WRITE_DELAY=0;RETENTION_TIME=0");
        try (Connection connection = file.getConnection()) {
            leaveRemains(connection);
            assertThat(inUse(connection)).isLessThan(H2Compaction.FILLED / 2);

            var compaction = new H2Compaction(file, HistoryDatabase.H2);
            for (int i = 0; i < CALLS && inUse(connection) < H2Compaction.FILLED; i++) {
                compaction.compact();
            }

            assertThat(inUse(connection)).isGreaterThanOrEqualTo(H2Compaction.FILLED);
            var jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            assertThat(jdbc.queryForObject("select count(*) from t", Long.class)).isEqualTo(ROWS);
        }
    }

    /** Each commit writes a few pages from here and there, and most chunks keep some that no later one has written. */
    private static void leaveRemains(Connection connection) throws SQLException {
        Random random = new Random(1);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table t (id bigint primary key, v varchar(200))");
            statement.execute("insert into t select x, space(100) || x from system_range(1, " + ROWS + ")");
            connection.setAutoCommit(false);
            for (int i = 0; i < COMMITS; i++) {
                for (int j = 0; j < 20; j++) {
                    int first = random.nextInt(ROWS);
                    statement.execute("update t set v = v || 'x' where id between " + first + " and " + (first + 50));
                }
                connection.commit();
            }
        }
    }

    private static int inUse(Connection connection) throws SQLException {
        return ((SessionLocal) connection.unwrap(JdbcConnection.class).getSession()).getDatabase().getStore()
                .getMvStore().getFileStore().getChunksFillRate();
    }
}
