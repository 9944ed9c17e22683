package io.mmulab.history;

import java.time.Duration;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which process works on a run of scenarios. */
@Component
public class ScenarioLeases extends Leases {
    ScenarioLeases(JdbcTemplate jdbc, HistoryDatabase database, @Value("${mmulab.comparison.lease}") Duration lease) {
        super("scenario_run", jdbc, database, lease);
    }
}
