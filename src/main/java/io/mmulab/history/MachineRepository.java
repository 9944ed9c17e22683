package io.mmulab.history;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Rows of {@code machine}. */
interface MachineRepository extends Repository<MachineEntity, String> {

    @Nullable
    MachineEntity findById(String id);

    long countByKind(MachineKind kind);

    @Query("select min(m.number), max(m.number) from Machine m where m.comparison = :comparison")
    List<Object[]> numbersOf(String comparison);

    List<MachineEntity> findByKindAndIdGreaterThanOrderById(MachineKind kind, String after, Limit limit);

    List<MachineEntity> findByComparisonAndIdGreaterThanOrderById(String comparison, String after, Limit limit);

    /** Zero rows if the machine is gone or somebody else has moved it. */
    @Modifying(clearAutomatically = true, flushAutomatically = true)
    @Query("""
            update Machine m set m.operations = :operations, m.lastEvent = :lastEvent, m.changedAt = :now
            where m.id = :id and m.operations = :expected
            """)
    int advance(String id, long expected, long operations, long lastEvent, Instant now);

    /** As {@link #advance}, by nothing: others wait until the transaction has ended. */
    @Modifying(clearAutomatically = true, flushAutomatically = true)
    @Query("update Machine m set m.operations = m.operations where m.id = :id and m.operations = :expected")
    int lock(String id, long expected);

    @Modifying(clearAutomatically = true, flushAutomatically = true)
    @Query("delete from Machine m where m.id = :id")
    int delete(String id);
}
