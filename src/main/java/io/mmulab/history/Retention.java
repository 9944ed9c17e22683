package io.mmulab.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets old events go: on PostgreSQL by dropping partitions, on H2 machine by machine. Journals stay, so a machine whose
 * events are gone can still be used.
 */
@Component
class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final HistoryDatabase database;
    private final Partitions partitions;
    private final HistorySettings settings;

    Retention(JdbcTemplate jdbc, TransactionTemplate transaction, HistoryDatabase database, Partitions partitions,
            HistorySettings settings) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.database = database;
        this.partitions = partitions;
        this.settings = settings;
    }

    @Scheduled(fixedDelayString = "${mmulab.history.retention-interval:10m}",
            initialDelayString = "${mmulab.history.retention-interval:10m}")
    void seeToIt() {
        try {
            if (settings.retentionAge() != null) {
                dropOlderThan(settings.retentionAge(), Instant.now());
            }
            if (settings.retentionSize() != null) {
                dropBeyond(settings.retentionSize().toBytes());
            }
        } catch (DataAccessException e) {
            LOG.warn("Old events could not be dropped; the next attempt is in {}", settings.retentionInterval(), e);
        }
    }

    /** Drops the events of machines that were left alone for so long. */
    void dropOlderThan(Duration age, Instant now) {
        var cut = now.minus(age).atOffset(java.time.ZoneOffset.UTC);
        if (database == HistoryDatabase.POSTGRESQL) {
            for (Partitions.Partition partition : partitions.all()) {
                boolean old = MachineNumbers.milliseconds(partition.to()) <= cut.toInstant().toEpochMilli();
                if (old && jdbc.queryForList(
                        "select 1 from machine where number >= ? and number < ? and changed_at >= ? limit 1",
                        partition.from(), partition.to(), cut).isEmpty()) {
                    drop(partition);
                }
            }
        } else {
            jdbc.queryForList("select number from machine where changed_at < ? order by number", Long.class, cut)
                    .forEach(this::dropEventsOf);
        }
    }

    /** Drops the oldest events until the others take at most so many bytes. The newest partition, or machine, stays. */
    void dropBeyond(long bytes) {
        if (database == HistoryDatabase.POSTGRESQL) {
            List<Partitions.Partition> all = partitions.all();
            long sum = all.stream().mapToLong(Partitions.Partition::bytes).sum();
            for (int i = 0; i < all.size() - 1 && sum > bytes; i++) {
                sum -= all.get(i).bytes();
                drop(all.get(i));
            }
        } else {
            dropBeyondOnH2(bytes);
        }
    }

    /** H2 gives freed pages back late, so bytes are counted by what a row takes now. */
    private void dropBeyondOnH2(long bytes) {
        Long used = jdbc.queryForObject("select disk_space_used('NOTIFIER_EVENT')", Long.class);
        List<long[]> machines =
                jdbc.query("select machine, sum(events) from event_total group by machine order by machine",
                        (row, i) -> new long[] {row.getLong(1), row.getLong(2)});
        long rows = machines.stream().mapToLong(machine -> machine[1]).sum();
        if (used == null || rows == 0) {
            return;
        }
        double bytesOfRow = (double) used / rows;
        for (int i = 0; i < machines.size() - 1 && rows * bytesOfRow > bytes; i++) {
            rows -= machines.get(i)[1];
            dropEventsOf(machines.get(i)[0]);
        }
    }

    private void drop(Partitions.Partition partition) {
        partitions.drop(partition);
        LOG.info("Dropped the events of machines {} to {}: {} bytes", partition.from(), partition.to(),
                partition.bytes());
    }

    private void dropEventsOf(long machine) {
        transaction.executeWithoutResult(status -> MachineHistory.deleteEvents(jdbc, machine));
    }
}
