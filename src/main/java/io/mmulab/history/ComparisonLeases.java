package io.mmulab.history;

import java.time.Duration;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which process works on a comparison. */
@Component
public class ComparisonLeases extends Leases {
    ComparisonLeases(JdbcTemplate jdbc, HistoryDatabase database, @Value("${mmulab.comparison.lease}") Duration lease) {
        super("comparison", jdbc, database, lease);
    }
}
