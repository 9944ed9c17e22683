package io.mmulab.lab;

import java.util.List;

import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

import io.mmulab.history.DatabaseFailure;
import io.mmulab.history.Journal;
import io.mmulab.history.JournalRow;
import io.mmulab.history.MachineRow;
import io.mmulab.kernel.machine.Operation;
import io.mmulab.kernel.secondary.DeviceFactory;
import io.mmulab.lab.json.KernelJson;

/** Makes a machine again from its journal, and makes sure that it is the same. */
@Component
class Rebuilder {
    private static final int PAGE = 500;

    private final Journal journal;
    private final DeviceFactory devices;
    private final JsonMapper json = KernelJson.mapper();

    Rebuilder(Journal journal, DeviceFactory devices) {
        this.journal = journal;
        this.devices = devices;
    }

    LiveMachine rebuild(MachineRow row) {
        try {
            var live = new LiveMachine(json.readValue(row.spec(), SpecDocument.class).toSpec(json), devices);
            catchUp(row, live);
            return live;
        } catch (JournalMismatchException e) {
            throw e;
        } catch (RuntimeException e) {
            if (DatabaseFailure.isAway(e)) {
                throw e;
            }
            throw new JournalMismatchException("machine " + row.id() + " can't be rebuilt from its journal", e);
        }
    }

    /** Applies what other processes have added to the journal. */
    void catchUp(MachineRow row, LiveMachine live) {
        fold(row, live);
        live.machine().events().flush();
    }

    private void fold(MachineRow row, LiveMachine live) {
        long done = live.machine().operations();
        while (done < row.operations()) {
            List<JournalRow> entries = journal.read(row.id(), done, PAGE);
            for (JournalRow entry : entries) {
                live.apply(json.readValue(entry.request(), Operation.class));
                Long digest = entry.digest();
                boolean same =
                        entry.seq() == ++done && (digest == null || digest.longValue() == live.machine().digest());
                if (!same) {
                    throw new JournalMismatchException("machine " + row.id() + " differs from its journal at operation "
                            + entry.seq(), null);
                }
            }
            if (entries.isEmpty()) {
                throw new JournalMismatchException("the journal of machine " + row.id() + " ends at operation " + done,
                        null);
            }
        }
        if (live.machine().events().lastSequence() != row.lastEvent()) {
            throw new JournalMismatchException("machine " + row.id() + " has another number of events than recorded",
                    null);
        }
    }
}
