package io.mmulab.conformance;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;

/** Keeps the kernel functions that one operation called, in order. */
final class TracedCalls implements Tracer.Listener {
    /** More calls than any recorded operation makes. */
    static final int MAX_CALLS = 1 << 18;

    private final List<TracedCall> calls = new ArrayList<>();
    private long lost;

    /** One call, as {@link Tracer.Listener#called} has it. */
    record TracedCall(Tracepoint point, int mm, long start, long end, long value, String detail) {}

    @Override
    public void called(Tracepoint point, int mm, long start, long end, long value, String detail) {
        if (calls.size() < MAX_CALLS) {
            calls.add(new TracedCall(point, mm, start, end, value, detail));
        } else {
            lost++;
        }
    }

    void clear() {
        calls.clear();
        lost = 0;
    }

    /** Calls of this operation beyond {@link #MAX_CALLS}, which are not kept. */
    long lost() {
        return lost;
    }

    List<TracedCall> calls() {
        return calls;
    }
}
