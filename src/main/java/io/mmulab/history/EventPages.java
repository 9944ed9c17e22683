package io.mmulab.history;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads a page of events in one of three ways, whichever touches the fewest rows: as a merge of ordered streams of an index
 * (an operation, cells, kinds, an address space), chunk by chunk (times, order of time), or along the primary key.
 */
interface EventPages {

    /** Events behind a position, in order. */
    List<StoredEvent> read(EventConditions conditions, EventOrder order, @Nullable EventPosition after, int limit);

    /** Whether chunks tell best where to look. */
    static boolean byChunks(EventConditions conditions, EventOrder order) {
        return order == EventOrder.TIME || (conditions.chunksHelp() && conditions.streams() == null);
    }
}
