package io.mmulab.kernel.tlb;

import java.util.Arrays;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Paging;
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
    /** {@code MMU_GATHER_BUNDLE} and {@code MAX_GATHER_BATCH_COUNT} batches of one page of pointers. */
    private static final int BATCH = 8 + 19 * 510;
    private static final int PUD_LEVEL = 2;

    private final Paging paging;
    private final int[] levelShifts;
    private final boolean acrossVmas;
    private final boolean notifyAfterFlush;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private int[] queued = new int[64];
    private int queuedCount;
    private long start;
    private long end;
    private int clearedLevels;
    private boolean freedTables;
    private boolean unsharedTables;
    private boolean fullmm;
    private boolean open;

    /** For one machine. */
    public MmuGather(Architecture architecture, KernelDesign design, TlbFlush tlb, MmuNotifiers notifiers,
            Frames frames) {
        this.paging = architecture.paging();
        this.levelShifts = paging.levelShifts();
        this.acrossVmas = architecture.flushes().acrossVmas();
        this.notifyAfterFlush = design.notifiesAt(NotifySite.GATHER_FLUSH);
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.frames = frames;
        resetRange();
    }

    /** Whether it is between begin and finish: flushes of others in the meantime are nested in it. */
    public boolean isOpen() {
        return open;
    }

    /**
     * {@code tlb_unshare_pmd_ptdesc}: a table of PMDs was left to others.
     *
     * @param size bytes that it maps
     */
    public void addUnsharedTable(long address, long size) {
        unsharedTables = true;
        clearedLevels |= 1 << 1;
        start = Math.min(start, address & -size);
        end = Math.max(end, (address & -size) + size);
    }

    /** {@code huge_pmd_unshare_flush}: nobody may find an unshared table in a TLB once the others are told. */
    public void flushUnshared(AddressSpace mm) {
        flushUnshared(mm, Cause.HUGE_PMD_UNSHARE_FLUSH);
    }

    /** As {@link #flushUnshared(AddressSpace)}, where the caller's own name is what the flush is known by. */
    public void flushUnshared(AddressSpace mm, Cause cause) {
        if (unsharedTables) {
            flush(mm, cause);
        }
    }

    /** {@code tlb_gather_mmu} or, at exit, {@code tlb_gather_mmu_fullmm}. */
    public void begin(boolean wholeMm) {
        open = true;
        fullmm = wholeMm;
        resetRange();
    }

    /**
     * {@code tlb_remove_tlb_entry}, {@code tlb_flush_pmd_range}, …: an entry was cleared or changed.
     *
     * @param size bytes that it maps
     */
    public void addPage(long address, long size) {
        clearedLevels |= 1 << level(size);
        start = Math.min(start, address);
        end = Math.max(end, address + size);
    }

    /** {@code tlb_remove_tlb_entries}: base-page entries of {@code [address, address + size)} were cleared or changed. */
    public void addPtes(long address, long size) {
        clearedLevels |= 1;
        start = Math.min(start, address);
        end = Math.max(end, address + size);
    }

    private int level(long size) {
        int level = 0;
        while (level < PUD_LEVEL && size >= 1L << levelShifts[level + 1]) {
            level++;
        }
        return level;
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

    /**
     * {@code pte_free_tlb}, {@code pmd_free_tlb}, {@code pud_free_tlb}: a page table is about to be freed. The range grows
     * by one page at the address that the kernel names.
     *
     * @param level of the entry that pointed to it: 1 for a table of PTEs; the number of levels for a folded P4D, which is
     *        no table, but is freed like one where the folding is decided at run time
     */
    public void addTable(long address, int level) {
        if (level == paging.levels() && !paging.freesFoldedP4d()) {
            return;
        }
        freedTables = true;
        clearedLevels |= level == paging.levels() ? 0 : 1 << level;
        start = Math.min(start, address);
        end = Math.max(end, address + paging.pageSize());
    }

    /** {@code tlb_flush_mmu} in mid-work: dirty pages of a shared file must be flushed before their lock is dropped. */
    public void forceFlush(AddressSpace mm) {
        flush(mm, Cause.TLB_FLUSH_MMU_TLBONLY);
        freeFrames();
    }

    /** {@code tlb_flush_mmu_tlbonly} of a file other than {@code mm/mmu_gather.c}: flushes, frees nothing yet. */
    public void flushOnly(AddressSpace mm, Cause cause) {
        flush(mm, true, cause);
    }

    /** {@code tlb_finish_mmu} when another flush was pending: everything is flushed. */
    public void finishNested(AddressSpace mm) {
        fullmm = true;
        freedTables = true;
        finish(mm);
    }

    /** {@code flush_tlb_batched_pending}: entries of the address space are about to change. */
    public void batchedPending(AddressSpace mm) {
        tlb.batchedPending(mm);
    }

    /** {@code tlb_end_vma}: architectures that do not gather across VMAs flush here. */
    public void endVma(AddressSpace mm) {
        endVma(mm, Cause.TLB_END_VMA);
    }

    /** {@code tlb_end_vma} where the caller's own name is what a flush is known by. */
    public void endVma(AddressSpace mm, Cause cause) {
        if (!fullmm && !acrossVmas) {
            flush(mm, cause);
        }
    }

    /** {@code tlb_finish_mmu}: flushes what is left, then frees. */
    public void finish(AddressSpace mm) {
        flush(mm, Cause.TLB_FINISH_MMU);
        freeFrames();
        open = false;
    }

    private void flush(AddressSpace mm, Cause cause) {
        flush(mm, false, cause);
    }

    private void flush(AddressSpace mm, boolean inline, Cause cause) {
        if (clearedLevels == 0 && !freedTables) {
            return;
        }
        if (fullmm) {
            tlb.gatheredAll(mm, strideShift(), freedTables || unsharedTables, cause);
        } else {
            tlb.gathered(mm, start, end, strideShift(), freedTables, inline, cause);
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

    /** {@code tlb_get_unmap_shift}: the lowest level that was cleared. */
    private int strideShift() {
        int lowest = clearedLevels == 0 ? 0 : Integer.numberOfTrailingZeros(clearedLevels);
        return levelShifts[lowest];
    }

    private void resetRange() {
        clearedLevels = 0;
        freedTables = false;
        unsharedTables = false;
        start = Long.MAX_VALUE;
        end = 0;
    }
}
