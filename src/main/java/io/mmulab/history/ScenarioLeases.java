package io.mmulab.history;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which process works on a run of scenarios. */
@Component
public non-sealed class ScenarioLeases extends Leases {
    ScenarioLeases(JdbcTemplate jdbc, HistoryDatabase database) {
        super("scenario_run", jdbc, database);
    }
}
