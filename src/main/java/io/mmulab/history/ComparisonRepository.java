package io.mmulab.history;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** Rows of {@code comparison}. */
interface ComparisonRepository extends Repository<ComparisonEntity, String> {

    @Nullable
    ComparisonEntity findById(String id);

    ComparisonEntity save(ComparisonEntity comparison);

    void flush();

    List<ComparisonEntity> findByIdGreaterThanOrderById(String after, Limit limit);

    List<ComparisonEntity> findByStatusOrderById(String status);
}
