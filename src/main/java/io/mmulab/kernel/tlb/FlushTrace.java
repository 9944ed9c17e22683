package io.mmulab.kernel.tlb;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.mm.AddressSpace;

/**
 * What a tracer shows of a flush: on arm64 the instructions and the inline helpers, on x86-64 {@code flush_tlb_mm_range} and
 * the flush of this CPU.
 */
final class FlushTrace {
    private static final long ALL = -1;

    private final Tracer tracer;
    private final boolean instructions;
    private int loaded;

    /** @param instructions whether flushes are instructions that are broadcast, and not functions */
    FlushTrace(Tracer tracer, boolean instructions) {
        this.tracer = tracer;
        this.instructions = instructions;
    }

    /** The address space whose process runs from now on: x86-64 flushes another one's entries when it is loaded next. */
    void switchTo(int mm) {
        loaded = mm;
    }

    void instruction(AddressSpace mm, long start, long end, String operation, Cause cause) {
        if (tracer.isOn() && instructions) {
            tracer.call(Tracepoint.TLBI, mm.id(), start, end, 0, site(operation, cause));
        }
    }

    void helper(AddressSpace mm, long start, long end, String name, Cause cause) {
        if (tracer.isOn() && instructions) {
            tracer.call(Tracepoint.TLB_CALL, mm.id(), start, end, 0, site(name, cause));
        }
    }

    /** {@code flush_tlb_mm_range}, and the flush of this CPU if it runs that address space. */
    void function(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, boolean all) {
        if (instructions || !tracer.isOn()) {
            return;
        }
        tracer.call(Tracepoint.FLUSH_TLB_MM_RANGE, mm.id(), start, end, freedTables ? 1 : 0,
                Integer.toString(strideShift));
        if (mm.id() == loaded && mm.isAlive()) {
            long pages = all ? ALL : (end - start) >> strideShift;
            tracer.call(Tracepoint.TLB_FLUSH, mm.id(), start, end, pages, "");
        }
    }

    private static String site(String operation, Cause cause) {
        return operation + "@" + cause.function();
    }
}
