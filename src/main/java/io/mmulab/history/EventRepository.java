package io.mmulab.history;

import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Rows of {@code notifier_event}. */
interface EventRepository extends Repository<EventEntity, RowId>, JpaSpecificationExecutor<EventEntity> {

    @Modifying(clearAutomatically = true, flushAutomatically = true)
    @Query("delete from NotifierEvent e where e.id.machine = :machine")
    void deleteOf(String machine);
}
