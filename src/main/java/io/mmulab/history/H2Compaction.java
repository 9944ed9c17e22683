package io.mmulab.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps H2's file from growing without end. Each commit appends the pages that it changed, and leaves the old ones behind. H2
 * rewrites files that are mostly such remains in the thread that writes commits later; as commits are not written later here
 * ({@code WRITE_DELAY=0}), it has none, and no SQL that asks for it.
 */
@Component
final class H2Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(H2Compaction.class);
    /** Percent of the chunks that is to be in use. */
    static final int FILLED = 50;
    /** Bytes that are written at a time. Commits wait meanwhile. */
    private static final int STEP = 4 << 20;
    /** Of each second. */
    private static final long NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(200);

    private final DataSource pool;
    private final HistoryDatabase database;

    H2Compaction(DataSource pool, HistoryDatabase database) {
        this.pool = pool;
        this.database = database;
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void compact() {
        if (database != HistoryDatabase.H2) {
            return;
        }
        try (Connection connection = pool.getConnection()) {
            MVStore store = store(connection);
            if (store != null) {
                rewrite(store);
            }
        } catch (SQLException | MVStoreException e) {
            LOG.warn("H2's file is not compacted now: {}", e.toString());
        }
    }

    /** Writes what is in use of the emptiest chunks anew; the rest of them is free after H2's time of retention. */
    private static void rewrite(MVStore store) {
        long end = System.nanoTime() + NANOSECONDS;
        while (System.nanoTime() < end && store.compact(FILLED, STEP)) {
            store.commit();
        }
    }

    /** Null for a database in memory, or in another process. */
    private static @Nullable MVStore store(Connection connection) throws SQLException {
        if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
            MVStore store = session.getDatabase().getStore().getMvStore();
            return store.getFileStore() == null ? null : store;
        }
        return null;
    }
}
