package io.mmulab.kernel.tlb;

import java.util.Arrays;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;

/**
 * {@code struct mmu_gather}: collects what an unmap cleared, flushes once, and only then gives the frames back
 * ({@code include/asm-generic/tlb.h}). One per machine, reused.
 */
public final class MmuGather {
    private static final int BATCH = 10_000;

    private final Architecture architecture;
    private final boolean notifyAfterFlush;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private int[] queued = new int[64];
    private int queuedCount;
    private long start;
    private long end;
    private boolean freedTables;
    private boolean fullmm;

    /** For one machine. */
    public MmuGather(Architecture architecture, KernelDesign design, TlbFlush tlb, MmuNotifiers notifiers,
            Frames frames) {
        this.architecture = architecture;
        this.notifyAfterFlush = design.notifiesAt(NotifySite.GATHER_FLUSH);
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.frames = frames;
        resetRange();
    }

    /** {@code tlb_gather_mmu} or, at exit, {@code tlb_gather_mmu_fullmm}. */
    public void begin(boolean wholeMm) {
        fullmm = wholeMm;
        freedTables = false;
        resetRange();
    }

    /** {@code tlb_remove_tlb_entry}: an entry was cleared or changed. */
    public void addPage(long address, long pageSize) {
        start = Math.min(start, address);
        end = Math.max(end, address + pageSize);
    }

    /** {@code tlb_remove_page}: gives back the reference of a frame after the flush. */
    public void addFrame(AddressSpace mm, int frame) {
        if (queuedCount == queued.length) {
            queued = Arrays.copyOf(queued, queuedCount * 2);
        }
        queued[queuedCount++] = frame;
        if (queuedCount == BATCH) {
            flush(mm, Cause.TLB_FLUSH_MMU_TLBONLY);
            freeFrames();
        }
    }

    /** {@code pte_free_tlb}: page tables of {@code [from, to)} are about to be freed. */
    public void addTables(long from, long to) {
        freedTables = true;
        start = Math.min(start, from);
        end = Math.max(end, to);
    }

    /** {@code tlb_end_vma}: architectures that do not gather across VMAs flush here. */
    public void endVma(AddressSpace mm) {
        if (!fullmm && !architecture.gathersAcrossVmas()) {
            flush(mm, Cause.TLB_END_VMA);
        }
    }

    /** {@code tlb_finish_mmu}: flushes what is left, then frees. */
    public void finish(AddressSpace mm) {
        flush(mm, Cause.TLB_FINISH_MMU);
        freeFrames();
    }

    private void flush(AddressSpace mm, Cause cause) {
        if (start >= end) {
            return;
        }
        if (fullmm) {
            if (freedTables || !architecture.fullmmFlushesOnlyTables()) {
                tlb.mm(mm, cause);
            }
        } else {
            tlb.range(mm, start, end, cause);
        }
        if (notifyAfterFlush) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), fullmm ? 0 : start, fullmm ? -1 : end,
                    Cause.TLB_FLUSH_MMU_TLBONLY);
        }
        resetRange();
    }

    private void freeFrames() {
        for (int i = 0; i < queuedCount; i++) {
            frames.put(queued[i]);
        }
        queuedCount = 0;
    }

    private void resetRange() {
        start = Long.MAX_VALUE;
        end = 0;
    }
}
