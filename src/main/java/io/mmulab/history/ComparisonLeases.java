package io.mmulab.history;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Which process works on a comparison. A process that stops renewing its lease loses the comparison to whoever asks next; times are
 * the database's.
 */
@Component
@Transactional
public class ComparisonLeases {
    private static final String UNTIL = "current_timestamp + cast(? as integer) * interval '1' second";

    private final JdbcTemplate jdbc;
    private final HistoryDatabase database;
    private final String owner = UUID.randomUUID().toString();

    ComparisonLeases(JdbcTemplate jdbc, HistoryDatabase database) {
        this.jdbc = jdbc;
        this.database = database;
    }

    /** Takes a comparison that this process has just made. */
    public void take(String comparison, Duration lease) {
        jdbc.update("update comparison set owner = ?, lease_until = " + UNTIL + " where id = ?", owner,
                lease.toSeconds(), comparison);
    }

    /**
     * Takes a running comparison that nobody works on; this process must not. On H2 that is any: its owner's process is dead, or
     * this one could not have opened the file. What is this process's own it could not release when the database was away.
     *
     * @return false if another process has it, or it is done
     */
    public boolean claim(String comparison, Duration lease) {
        String take =
                "update comparison set owner = ?, lease_until = " + UNTIL + " where id = ? and status = 'RUNNING'";
        return (database == HistoryDatabase.H2
                ? jdbc.update(take, owner, lease.toSeconds(), comparison)
                : jdbc.update(take + " and (owner = ? or lease_until is null or lease_until < current_timestamp)",
                        owner, lease.toSeconds(), comparison, owner))
                == 1;
    }

    /** Goes on having it; false if it is lost. In the caller's transaction, the comparison can't be lost before its end. */
    public boolean renew(String comparison, Duration lease) {
        return jdbc.update("update comparison set lease_until = " + UNTIL
                + " where id = ? and owner = ? and status = 'RUNNING'", lease.toSeconds(), comparison, owner) == 1;
    }

    /** Whether this process still has it. */
    @Transactional(readOnly = true)
    public boolean holds(String comparison) {
        return !jdbc.queryForList("select 1 from comparison where id = ? and owner = ? and status = 'RUNNING'",
                Integer.class, comparison, owner).isEmpty();
    }

    /** Asks whoever works on a comparison to end it; false if it is not running. */
    public boolean requestCancel(String comparison) {
        return jdbc.update("update comparison set cancel_requested = true where id = ? and status = 'RUNNING'",
                comparison) == 1;
    }

    /** Running comparisons that somebody wants to end. */
    @Transactional(readOnly = true)
    public Set<String> cancelRequested() {
        return Set.copyOf(jdbc.queryForList("select id from comparison where status = 'RUNNING' and cancel_requested",
                String.class));
    }

    /** Lets somebody else have it at once. */
    public void release(String comparison) {
        jdbc.update("update comparison set lease_until = null where id = ? and owner = ?", comparison, owner);
    }
}
