package io.mmulab.history;

import java.util.List;
import java.util.Optional;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The definitions that users posted. */
@Service
@Transactional
public class DefinitionHistory {
    private final DefinitionRepository definitions;
    private final EntityManager entities;
    private final TransactionTemplate transaction;

    DefinitionHistory(DefinitionRepository definitions, EntityManager entities, TransactionTemplate transaction) {
        this.definitions = definitions;
        this.entities = entities;
        this.transaction = transaction;
    }

    /** Adds a definition; false if there is one of the kind and name. */
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    public boolean add(DefinitionRow definition) {
        try {
            transaction.executeWithoutResult(status -> {
                entities.persist(new DefinitionEntity(definition));
                entities.flush();
            });
            return true;
        } catch (DataIntegrityViolationException | PersistenceException e) {
            if (find(definition.kind(), definition.name()).isPresent()) {
                return false;
            }
            throw e;
        }
    }

    /** A definition. */
    @Transactional(readOnly = true)
    public Optional<DefinitionRow> find(String kind, String name) {
        return Optional.ofNullable(definitions.findById(new DefinitionId(kind, name))).map(DefinitionEntity::toRow);
    }

    /** All of a kind, by name. */
    @Transactional(readOnly = true)
    public List<DefinitionRow> list(String kind) {
        return definitions.ofKind(kind).stream().map(DefinitionEntity::toRow).toList();
    }

    /** How many of a kind there are. */
    @Transactional(readOnly = true)
    public long count(String kind) {
        return definitions.countOfKind(kind);
    }

    /** Deletes a definition; false if it is not there. */
    public boolean delete(String kind, String name) {
        return definitions.delete(kind, name) == 1;
    }
}
