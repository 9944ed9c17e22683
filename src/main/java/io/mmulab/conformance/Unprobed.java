package io.mmulab.conformance;

import java.util.List;

import io.mmulab.conformance.TracedCalls.TracedCall;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Tracepoint;

/** Calls that a recorded kernel makes and its recording cannot show: the probe was refused or the function inlined. */
final class Unprobed {
    private record Hole(String kernel, Tracepoint point, Cause site) {}

    /** The README of the recordings, known limits, and the list of probes of each kernel. */
    private static final List<Hole> HOLES = List.of(new Hole("arm64-6.1", Tracepoint.TLBI, Cause.DUP_MMAP));

    private Unprobed() {}

    /**
     * The calls that a recording of that kernel can show.
     *
     * @param byWorker whether a task ended an address space that is no process of the script: a recording keeps what it did
     *        only where the call names the address space
     */
    static List<TracedCall> without(List<TracedCall> calls, String kernel, boolean byWorker) {
        return calls.stream()
                .filter(call -> HOLES.stream().noneMatch(hole -> hole.kernel.equals(kernel)
                        && hole.point == call.point() && call.detail().endsWith("@" + hole.site.function())))
                .filter(call -> !byWorker || call.point() != Tracepoint.KVM_TDP_MMU_SPTE_CHANGED).toList();
    }
}
