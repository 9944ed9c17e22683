package io.mmulab.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Changes that were asked for with a key, for a day. */
@Component
public class IdempotencyKeys {
    private static final Duration KEPT = Duration.ofDays(1);

    private final JdbcTemplate jdbc;

    IdempotencyKeys(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What a key was used for.
     *
     * @param request checksum of the request
     * @param firstOperation first of the journal's operations that it made; 0 if it made the machine
     * @param lastOperation the last of them
     */
    public record Use(String request, String machine, long firstOperation, long lastOperation) {}

    /** What a key was used for, if it was. */
    public Optional<Use> find(String key) {
        return jdbc.query("select request_sha256, machine, first_operation, last_operation from idempotency_key"
                + " where idempotency_key = ?",
                (row, i) -> new Use(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)), key).stream()
                .findFirst();
    }

    /**
     * Keeps what a key was used for, in the transaction of the change.
     *
     * @throws org.springframework.dao.DuplicateKeyException if it was used meanwhile
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void save(String key, Use use) {
        jdbc.update("insert into idempotency_key (idempotency_key, request_sha256, machine, first_operation,"
                + " last_operation, created_at) values (?, ?, ?, ?, ?, ?)", key, use.request(), use.machine(),
                use.firstOperation(), use.lastOperation(), EventConditions.time(Instant.now()));
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT1H")
    void forgetOld() {
        jdbc.update("delete from idempotency_key where created_at < ?",
                EventConditions.time(Instant.now().minus(KEPT)));
    }
}
