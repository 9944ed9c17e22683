package io.mmulab.history;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The partitions of {@code notifier_event} on PostgreSQL: by number of the machine, that is, by the time when it was made. On H2
 * there are none.
 */
class Partitions {
    private static final Pattern BOUNDS = Pattern.compile("FROM \\((MINVALUE|'?-?\\d+'?)\\) TO \\('?(-?\\d+)'?\\)");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'notifier_event_'uuuuMMdd'_'HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Any number that means this to all replicas. */
    private static final long LOCK = 0x6d6d_756c_6162L;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate alone;
    private final HistoryDatabase database;
    private final long period;
    private volatile Partition current = new Partition("", 0, 0, 0);

    /** @param aside connections that never take part in a caller's transaction */
    Partitions(DataSource aside, HistoryDatabase database, Duration period) {
        this.jdbc = new JdbcTemplate(aside);
        this.alone = new TransactionTemplate(new JdbcTransactionManager(aside));
        this.database = database;
        this.period = period.toMillis();
    }

    /** Machines with numbers in {@code [from, to)}, and the bytes that their events take. */
    record Partition(String name, long from, long to, long bytes) {
        boolean holds(long number) {
            return from <= number && number < to;
        }
    }

    /** Sees to it that a machine's events have a place. */
    void cover(long number) {
        if (database == HistoryDatabase.POSTGRESQL && !current.holds(number)) {
            current = alone.execute(status -> make(number));
        }
    }

    private Partition make(long number) {
        jdbc.query("select pg_advisory_xact_lock(" + LOCK + ")", row -> {
        });
        List<Partition> all = all();
        for (Partition partition : all) {
            if (partition.holds(number)) {
                return partition;
            }
        }
        long start = Math.floorDiv(MachineNumbers.milliseconds(number), period) * period;
        long from = all.stream().mapToLong(Partition::to).filter(to -> to <= number)
                .reduce(MachineNumbers.first(start), Math::max);
        long to = all.stream().mapToLong(Partition::from).filter(other -> other > number)
                .reduce(MachineNumbers.first(start + period), Math::min);
        String name = NAME.format(Instant.ofEpochMilli(MachineNumbers.milliseconds(from)));
        // Attaching locks out nobody who reads or writes; creating it as a partition would.
        jdbc.execute("create table " + name + " (like notifier_event including all)");
        jdbc.execute("alter table notifier_event attach partition " + name + " for values from (" + from + ") to (" + to
                + ")");
        return new Partition(name, from, to, 0);
    }

    /** Those that there are, oldest first. */
    List<Partition> all() {
        return jdbc.query("""
                select c.relname, pg_get_expr(c.relpartbound, c.oid), pg_total_relation_size(c.oid)
                from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where i.inhparent = to_regclass('notifier_event')
                """, (row, i) -> partition(row.getString(1), row.getString(2), row.getLong(3))).stream()
                .sorted(Comparator.comparingLong(Partition::from)).toList();
    }

    private static Partition partition(String name, String bounds, long bytes) {
        Matcher numbers = BOUNDS.matcher(bounds);
        if (!numbers.find()) {
            throw new IllegalStateException("partition " + name + " has unknown bounds: " + bounds);
        }
        String from = numbers.group(1).replace("'", "");
        return new Partition(name, from.equals("MINVALUE") ? Long.MIN_VALUE : Long.parseLong(from),
                Long.parseLong(numbers.group(2)), bytes);
    }

    /** Drops a partition with what is known about its events. Waits at most a few seconds for those who read it. */
    void drop(Partition partition) {
        alone.executeWithoutResult(status -> {
            jdbc.execute("set local lock_timeout = '5s'");
            jdbc.execute("drop table " + partition.name());
            jdbc.update("delete from event_chunk where machine >= ? and machine < ?", partition.from(), partition.to());
            jdbc.update("delete from event_total where machine >= ? and machine < ?", partition.from(), partition.to());
        });
    }
}
