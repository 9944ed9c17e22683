package io.mmulab.history;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/**
 * Which process works on what is running. A process that stops renewing its lease loses what it works on to whoever asks next;
 * times are the database's.
 */
@Transactional
public abstract class Leases {
    private static final String UNTIL = "current_timestamp + cast(? as integer) * interval '1' second";

    private final String table;
    private final JdbcTemplate jdbc;
    private final HistoryDatabase database;
    private final long seconds;
    private final String owner = UUID.randomUUID().toString();

    /**
     * Leases of what is in a table.
     *
     * @param table has the columns id, status, owner, lease_until and cancel_requested
     * @param lease how long one is, in whole seconds
     */
    Leases(String table, JdbcTemplate jdbc, HistoryDatabase database, Duration lease) {
        this.table = table;
        this.jdbc = jdbc;
        this.database = database;
        this.seconds = lease.toSeconds();
    }

    /** Takes what this process has just begun. */
    public void take(String id) {
        jdbc.update("update " + table + " set owner = ?, lease_until = " + UNTIL + " where id = ?", owner,
                seconds, id);
    }

    /**
     * Takes something running that nobody works on; this process must not. On H2 that is any: its owner's process is dead, or
     * this one could not have opened the file. What is this process's own it could not release when the database was away.
     *
     * @return false if another process has it, or it is done
     */
    public boolean claim(String id) {
        String take = "update " + table + " set owner = ?, lease_until = " + UNTIL
                + " where id = ? and status = 'RUNNING'";
        return (database == HistoryDatabase.H2
                ? jdbc.update(take, owner, seconds, id)
                : jdbc.update(take + " and (owner = ? or lease_until is null or lease_until < current_timestamp)",
                        owner, seconds, id, owner))
                == 1;
    }

    /** Goes on having it; false if it is lost. In the caller's transaction, it can't be lost before its end. */
    public boolean renew(String id) {
        return jdbc.update("update " + table + " set lease_until = " + UNTIL
                + " where id = ? and owner = ? and status = 'RUNNING'", seconds, id, owner) == 1;
    }

    /** Asks whoever works on it to end it; false if it is not running. */
    public boolean requestCancel(String id) {
        return jdbc.update("update " + table + " set cancel_requested = true where id = ? and status = 'RUNNING'",
                id) == 1;
    }

    /** What is running and somebody wants to end. */
    @Transactional(readOnly = true)
    public Set<String> cancelRequested() {
        return Set.copyOf(jdbc.queryForList(
                "select id from " + table + " where status = 'RUNNING' and cancel_requested", String.class));
    }

    /** Lets somebody else have it at once. */
    public void release(String id) {
        jdbc.update("update " + table + " set lease_until = null where id = ? and owner = ?", id, owner);
    }
}
