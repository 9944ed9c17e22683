package io.mmulab.history;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Rows of {@code definition}. */
interface DefinitionRepository extends Repository<DefinitionEntity, DefinitionId> {
    @Nullable
    DefinitionEntity findById(DefinitionId id);

    @Query("select d from Definition d where d.id.kind = :kind order by d.id.name")
    List<DefinitionEntity> ofKind(String kind);

    @Query("select count(d) from Definition d where d.id.kind = :kind")
    long countOfKind(String kind);

    @Modifying(clearAutomatically = true, flushAutomatically = true)
    @Query("delete from Definition d where d.id.kind = :kind and d.id.name = :name")
    int delete(String kind, String name);
}
