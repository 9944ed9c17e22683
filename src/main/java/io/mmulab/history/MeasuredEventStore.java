package io.mmulab.history;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.mmulab.kernel.event.EventColumns;

/** An event store that is watched. */
class MeasuredEventStore implements EventStore {
    /** Machines whose design is remembered; of others it is asked again. */
    private static final int KNOWN = 4096;

    private final EventStore store;
    private final EventMeters meters;
    private final JdbcTemplate jdbc;
    private final Map<Long, String> designs = Collections.synchronizedMap(new Remembered());

    MeasuredEventStore(EventStore store, EventMeters meters, JdbcTemplate jdbc) {
        this.store = store;
        this.meters = meters;
        this.jdbc = jdbc;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(long machine, EventColumns rows, IntFunction<String> deviceNames, Instant recordedAt) {
        ChunkCounts counts = new ChunkCounts(rows);
        String design = design(machine);
        meters.begun();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                meters.committed(design, counts);
            }

            @Override
            public void afterCompletion(int status) {
                meters.ended();
            }
        });
        long begin = System.nanoTime();
        store.append(machine, rows, deviceNames, recordedAt);
        meters.written(System.nanoTime() - begin);
    }

    private String design(long machine) {
        String known = designs.get(machine);
        if (known != null) {
            return known;
        }
        String design = jdbc.queryForList("select kernel_design from machine where number = ?", String.class, machine)
                .stream().findFirst().orElse("unknown");
        designs.put(machine, design);
        return design;
    }

    /** Forgets what was not asked for the longest. */
    private static final class Remembered extends LinkedHashMap<Long, String> {
        private static final long serialVersionUID = 1;

        Remembered() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
            return size() > KNOWN;
        }
    }
}
