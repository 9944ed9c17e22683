package io.mmulab.kernel.tlb;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.UnmapBatching;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.mm.AddressSpace;

/**
 * {@code current->tlb_ubc}: flushes of unmapped pages that are put off until all pages of a batch are unmapped, and must be
 * done before any of them is freed ({@code mm/rmap.c}, {@code arch_tlbbatch_*}).
 */
public final class UnmapBatch {
    private final TlbFlush tlb;
    private final boolean issuedAtAdd;
    private final boolean defers;
    private final List<AddressSpace> pending = new ArrayList<>();

    /** For one machine with {@code cpuCount} CPUs. */
    public UnmapBatch(Architecture architecture, KernelVersion version, TlbFlush tlb, int cpuCount) {
        this.tlb = tlb;
        UnmapBatching rules = architecture.unmapBatching();
        this.issuedAtAdd = rules.issuedAtAdd();
        this.defers = version.isIn(rules.defers()) && (!rules.withOtherCpusOnly() || cpuCount > 1);
    }

    /** {@code arch_tlbbatch_should_defer}: x86-64 defers if another CPU may have the entries. */
    public boolean defers() {
        return defers;
    }

    /** {@code set_tlb_ubc_flush_pending}: the entry of a page is gone and its flush is due. */
    public void add(AddressSpace mm, long address, Cause cause) {
        add(mm, address, address + mm.pageSize(), cause);
    }

    /** As {@link #add(AddressSpace, long, Cause)}, of the pages {@code [start, end)}. */
    public void add(AddressSpace mm, long start, long end, Cause cause) {
        mm.setTlbFlushBatched(true);
        tlb.deferred(mm, start, end, cause);
        if (!issuedAtAdd && !pending.contains(mm)) {
            pending.add(mm);
        }
    }

    /** {@code try_to_unmap_flush}: now. Where it was asked for with each page, it is only waited for. */
    public void flush() {
        for (AddressSpace mm : pending) {
            tlb.deferredNow(mm, Cause.TRY_TO_UNMAP_FLUSH);
        }
        pending.clear();
    }
}
