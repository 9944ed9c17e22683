package io.mmulab.history;

import java.util.List;

import jakarta.persistence.EntityManager;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The journals of the machines: a machine's state is the fold of its journal. */
@Service
public class Journal {
    private final JournalRepository rows;
    private final EntityManager entities;

    Journal(JournalRepository rows, EntityManager entities) {
        this.rows = rows;
        this.entities = entities;
    }

    /** Appends rows, in the caller's transaction. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(List<JournalRow> operations) {
        operations.forEach(row -> entities.persist(new JournalEntity(row)));
        entities.flush();
        entities.clear();
    }

    /** Rows of a machine whose number is greater than {@code after}, in order. */
    @Transactional(readOnly = true)
    public List<JournalRow> read(String machine, long after, int limit) {
        return rows.after(machine, after, Limit.of(limit)).stream().map(JournalEntity::toRow).toList();
    }

    /** As {@link #read}, only those that took faults. */
    @Transactional(readOnly = true)
    public List<JournalRow> readWithFaults(String machine, long after, int limit) {
        return rows.withFaultsAfter(machine, after, Limit.of(limit)).stream().map(JournalEntity::toRow).toList();
    }
}
