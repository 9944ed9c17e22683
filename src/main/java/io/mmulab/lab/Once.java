package io.mmulab.lab;

import java.util.List;
import java.util.Optional;

import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.IdempotencyKeys;
import io.mmulab.history.Journal;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.lab.json.KernelJson;

/** Makes changes that have a key once: asked again, the journal answers. */
@Component
class Once {
    private final IdempotencyKeys keys;
    private final Journal journal;
    private final JsonMapper json = KernelJson.mapper();

    Once(IdempotencyKeys keys, Journal journal) {
        this.keys = keys;
        this.journal = journal;
    }

    /**
     * What an earlier request with this key did, if there was one.
     *
     * @throws KeyReusedException if that was another request
     */
    Optional<IdempotencyKeys.Use> find(Change change) {
        String key = change.key();
        if (key == null) {
            return Optional.empty();
        }
        Optional<IdempotencyKeys.Use> use = keys.find(key);
        if (use.isPresent() && !use.get().request().equals(change.request())) {
            throw new KeyReusedException(key);
        }
        return use;
    }

    /** The outcomes of an earlier request with this key. */
    Optional<List<Outcome>> outcomes(Change change) {
        return find(change).map(use -> {
            change.committed(use.lastOperation());
            long count = use.lastOperation() - use.firstOperation() + 1;
            return journal.read(use.machine(), use.firstOperation() - 1, (int) count).stream()
                    .map(row -> json.readValue(row.outcome(), Outcome.class)).toList();
        });
    }

    /** Keeps what this request does, in its transaction. */
    void save(Change change, String machine, long first, long last) {
        String key = change.key();
        if (key != null) {
            keys.save(key, new IdempotencyKeys.Use(change.request(), machine, first, last));
        }
    }
}
