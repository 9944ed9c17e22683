package io.mmulab.scenario.expect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.mmulab.kernel.event.EventColumns;
import io.mmulab.kernel.event.EventConsumer;
import io.mmulab.kernel.machine.Machine;
import io.mmulab.kernel.secondary.SecondaryMmu;

/**
 * Keeps a machine's events while a case is played, on their way to whoever stores them: rows are handed on in the chunks of
 * the log, and are read here after each line without asking for a chunk.
 */
public final class EventRecorder implements EventConsumer {
    /** Rows that are kept; a case that makes more is refused. */
    static final int MOST_ROWS = 200_000;

    private final EventConsumer next;
    private final List<SeenEvent> rows = new ArrayList<>();
    private final Map<Integer, String> names = new HashMap<>();
    private long last;

    /** Hands everything on to {@code next}. */
    public EventRecorder(EventConsumer next) {
        this.next = next;
    }

    @Override
    public void accept(EventColumns events) {
        copy(events);
        next.accept(events);
    }

    /** Name of a device that was attached, by its id. */
    public String deviceName(int id) {
        return names.getOrDefault(id, "device " + id);
    }

    /** Learns the names of devices, so that rows of a line that detaches them have them. */
    void learnNames(Machine machine) {
        for (SecondaryMmu device : machine.devices()) {
            names.put(device.id(), device.name());
        }
    }

    /** The rows since the last call. */
    List<SeenEvent> take(Machine machine) {
        learnNames(machine);
        EventColumns pending = machine.events().pending();
        if (pending != null) {
            copy(pending);
        }
        List<SeenEvent> taken = List.copyOf(rows);
        rows.clear();
        return taken;
    }

    private void copy(EventColumns events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.sequence(i) > last && rows.size() < MOST_ROWS) {
                rows.add(row(events, i));
                last = events.sequence(i);
            }
        }
    }

    private SeenEvent row(EventColumns events, int i) {
        return new SeenEvent(events.sequence(i), events.mm(i), events.phase(i), events.type(i), events.start(i),
                events.end(i), events.blockable(i), events.cause(i), events.subscriber(i),
                events.reaction(i), events.entries(i), events.violation(i));
    }
}
