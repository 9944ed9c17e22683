package io.mmulab.history;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.repository.Repository;

/** Rows of {@code scenario}. */
interface ScenarioRepository extends Repository<ScenarioEntity, String> {

    @Nullable
    ScenarioEntity findById(String id);

    List<ScenarioEntity> findAllByOrderById();
}
