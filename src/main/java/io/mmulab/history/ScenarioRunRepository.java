package io.mmulab.history;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** Rows of {@code scenario_run}. */
interface ScenarioRunRepository extends Repository<ScenarioRunEntity, String> {

    @Nullable
    ScenarioRunEntity findById(String id);

    ScenarioRunEntity save(ScenarioRunEntity run);

    List<ScenarioRunEntity> findByIdGreaterThanOrderById(String after, Limit limit);

    List<ScenarioRunEntity> findByStatusOrderById(String status);

    void flush();
}
