package io.mmulab.web;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.Journal;
import io.mmulab.history.JournalRow;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.machine.Outcome;
import io.mmulab.lab.json.KernelJson;

/** A machine's journal, a page at a time. */
@Component
class JournalView {
    private final Journal journal;
    private final JsonMapper json = KernelJson.mapper();

    JournalView(Journal journal) {
        this.journal = journal;
    }

    /**
     * An operation as it was recorded.
     *
     * @param operation number of the operation within the machine, from 1
     * @param request what was asked
     * @param outcome what it did
     * @param recordedAt when it was committed
     */
    record JournalEntry(long operation, Operation request, Outcome outcome, Instant recordedAt) {}

    Page<JournalEntry> page(String machine, @Nullable String cursor, int limit) {
        String query = "operations of " + machine;
        return Page.of(journal.read(machine, Cursor.number(cursor, query), limit + 1), limit, this::entry,
                row -> new Cursor(query, Long.toString(row.seq())).encode());
    }

    Outcome outcome(JournalRow row) {
        return json.readValue(row.outcome(), Outcome.class);
    }

    private JournalEntry entry(JournalRow row) {
        return new JournalEntry(row.seq(), json.readValue(row.request(), Operation.class), outcome(row),
                row.recordedAt());
    }
}
