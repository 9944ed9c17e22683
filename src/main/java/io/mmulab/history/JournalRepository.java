package io.mmulab.history;

import java.util.List;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Rows of {@code operation}. */
interface JournalRepository extends Repository<JournalEntity, RowId> {

    @Query("select j from JournalEntry j where j.id.machine = :machine and j.id.seq > :after order by j.id.seq")
    List<JournalEntity> after(String machine, long after, Limit limit);

    @Query("""
            select j from JournalEntry j where j.id.machine = :machine and j.id.seq > :after and j.faults > 0
            order by j.id.seq
            """)
    List<JournalEntity> withFaultsAfter(String machine, long after, Limit limit);

    @Modifying(clearAutomatically = true, flushAutomatically = true)
    @Query("delete from JournalEntry j where j.id.machine = :machine")
    void deleteOf(String machine);
}
