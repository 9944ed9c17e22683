package io.mmulab.conformance;

import java.util.List;

import io.mmulab.conformance.TracedCalls.TracedCall;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Tracepoint;

/** Calls that a recorded kernel makes and its recording cannot show: the probe was refused or the function inlined. */
final class Unprobed {
    private record Hole(String kernel, Tracepoint point, Cause site) {}

    private record Inlined(String kernel, String call, Cause site, String shown) {
        boolean is(TracedCall made, String on) {
            return made.point() == Tracepoint.TLB_CALL && kernel.equals(on)
                    && made.detail().equals(call + "@" + site.function());
        }
    }

    /** The README of the recordings, known limits, and the list of probes of each kernel. */
    private static final List<Hole> HOLES = List.of(
            new Hole("arm64-6.1", Tracepoint.TLBI, Cause.DUP_MMAP),
            new Hole("arm64-6.1", Tracepoint.TLB_CALL, Cause.MADVISE_PAGEOUT),
            new Hole("arm64-7.3", Tracepoint.TLB_CALL, Cause.TRY_TO_UNMAP_ONE),
            new Hole("arm64-7.3", Tracepoint.TLB_CALL, Cause.TRY_TO_MIGRATE_ONE));

    /** Where a function was taken apart, and the probe is on what it calls. */
    private static final List<Inlined> INLINED = List.of(
            new Inlined("arm64-6.12", "tlb_flush", Cause.MADVISE_COLD, "flush_tlb_range"),
            new Inlined("arm64-6.12", "tlb_flush", Cause.MADVISE_PAGEOUT, "flush_tlb_range"),
            new Inlined("arm64-6.12", "tlb_flush", Cause.MADVISE_FREE_SINGLE_VMA, "flush_tlb_range"),
            new Inlined("arm64-7.3", "tlb_flush", Cause.HUGETLB_UNSHARE_PMDS, "flush_tlb_range"));

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
                .filter(call -> !byWorker || call.point() != Tracepoint.KVM_TDP_MMU_SPTE_CHANGED)
                .map(call -> asShown(call, kernel)).toList();
    }

    private static TracedCall asShown(TracedCall call, String kernel) {
        for (Inlined function : INLINED) {
            if (function.is(call, kernel)) {
                return new TracedCall(call.point(), call.mm(), call.start(), call.end(), call.value(), function.shown);
            }
        }
        return call;
    }
}
