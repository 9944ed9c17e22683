package io.mmulab.history;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which process works on a comparison. */
@Component
public non-sealed class ComparisonLeases extends Leases {
    ComparisonLeases(JdbcTemplate jdbc, HistoryDatabase database) {
        super("comparison", jdbc, database);
    }
}
