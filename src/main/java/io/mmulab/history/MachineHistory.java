package io.mmulab.history;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.persistence.EntityManager;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The machines that there are. */
@Service
@Transactional
public class MachineHistory {
    private final MachineRepository machines;
    private final JournalRepository journals;
    private final JdbcTemplate jdbc;
    private final Partitions partitions;
    private final EntityManager entities;

    MachineHistory(MachineRepository machines, JournalRepository journals, JdbcTemplate jdbc,
            Partitions partitions, EntityManager entities) {
        this.machines = machines;
        this.journals = journals;
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.entities = entities;
    }

    /** Adds a machine. Events and journal rows may follow in the same transaction or in later ones. */
    public void add(MachineRow machine) {
        partitions.cover(machine.number());
        entities.persist(new MachineEntity(machine));
        entities.flush();
    }

    /** A machine by id. */
    @Transactional(readOnly = true)
    public Optional<MachineRow> find(String id) {
        return Optional.ofNullable(machines.findById(id)).map(MachineEntity::toRow);
    }

    /** Machines of a kind whose id is greater than {@code after}, in order of id. */
    @Transactional(readOnly = true)
    public List<MachineRow> list(MachineKind kind, String after, int limit) {
        return machines.findByKindAndIdGreaterThanOrderById(kind, after, Limit.of(limit)).stream()
                .map(MachineEntity::toRow).toList();
    }

    /** Machines of a comparison whose id is greater than {@code after}, in order of id. */
    @Transactional(readOnly = true)
    public List<MachineRow> ofComparison(String comparison, String after, int limit) {
        return machines.findByComparisonAndIdGreaterThanOrderById(comparison, after, Limit.of(limit)).stream()
                .map(MachineEntity::toRow).toList();
    }

    /** Machines of a kind. */
    @Transactional(readOnly = true)
    public long count(MachineKind kind) {
        return machines.countByKind(kind);
    }

    /**
     * Keeps others from moving a machine until the caller's transaction has ended.
     *
     * @return false if it is not where {@code expected} says
     */
    public boolean lock(String id, long expected) {
        return machines.lock(id, expected) == 1;
    }

    /**
     * Says how far a machine has come.
     *
     * @return false if it is not where {@code expected} says: somebody else moved or deleted it
     */
    public boolean advance(String id, long expected, long operations, long lastEvent) {
        return machines.advance(id, expected, operations, lastEvent, Instant.now()) == 1;
    }

    /** Number of the last event of a machine that is stored; 0 before the first. */
    @Transactional(readOnly = true)
    public long lastStored(long machine) {
        Long last = jdbc.queryForObject("select max(last_seq) from event_chunk where machine = ?", Long.class, machine);
        return last == null ? 0 : last;
    }

    /** Deletes a machine with its journal and its events; false if it is not there. */
    public boolean delete(String id) {
        find(id).ifPresent(machine -> deleteEvents(jdbc, machine.number()));
        journals.deleteOf(id);
        return machines.delete(id) == 1;
    }

    /** Deletes the events of a machine, and what is known about them. */
    static void deleteEvents(JdbcTemplate jdbc, long machine) {
        jdbc.update("delete from notifier_event where machine = ?", machine);
        jdbc.update("delete from event_chunk where machine = ?", machine);
        jdbc.update("delete from event_total where machine = ?", machine);
    }
}
