package io.mmulab.history;

import java.util.List;

import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Rows of {@code event_chunk}. */
interface ChunkRepository extends Repository<ChunkEntity, ChunkEntity.Key> {

    /** Numbers of machines between two, both included, with the number of their last stored event. */
    @Query("select c.machine, max(c.lastSeq) from EventChunk c where c.machine between :first and :last group by c.machine")
    List<Object[]> lastStored(long first, long last);
}
