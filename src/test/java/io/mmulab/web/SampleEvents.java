package io.mmulab.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.mmulab.history.EventPosition;
import io.mmulab.history.EventRow;
import io.mmulab.history.FoundEvent;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;

/** Events by number, with all values of the enums, with and without what may be absent, and with addresses of all sizes. */
final class SampleEvents {
    private static final Instant RECORDED = Instant.parse("2026-11-23T11:44:15.322544Z");

    private SampleEvents() {}

    static EventRow event(long seq) {
        int i = (int) seq;
        return new EventRow("01m843h4qrgg6zspwrkw9dbhn" + i / 1000 % 10, seq, seq / 3, seq * 113,
                RECORDED.plusNanos(1000L * (i / 100)), 1 + i % 3, pick(Phase.values(), i),
                i % 2 == 0 ? null : pick(EventType.values(), i / 2),
                i % 5 == 0 ? -4096L * i : 0x7f0000000000L + 4096L * i,
                i % 7 == 0 ? -1 : 0x7f0000001000L + 4096L * i, i % 4 == 0, pick(Cause.values(), i),
                i % 3 == 0 ? null : "device, \"" + i % 11 + "\"", i % 3 == 0 ? null : pick(Reaction.values(), i / 3),
                i % 513, i % 10 == 0 ? pick(ViolationKind.values(), i / 10) : null);
    }

    /** The first events behind a number. */
    static List<FoundEvent> page(long behind, int size) {
        List<FoundEvent> page = new ArrayList<>();
        for (long seq = behind + 1; seq <= behind + size; seq++) {
            page.add(new FoundEvent(event(seq), new EventPosition(1, seq, RECORDED)));
        }
        return page;
    }

    private static <T> T pick(T[] values, int i) {
        return values[i % values.length];
    }
}
