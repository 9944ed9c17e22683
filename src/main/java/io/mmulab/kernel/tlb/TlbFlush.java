package io.mmulab.kernel.tlb;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.FlushScheme;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.PageTable;

/**
 * The choke point of every CPU TLB flush: drops the translations on each CPU, lets broadcast listeners hear, emits the
 * event, and calls the secondary-TLB hook where the kernel design has a call site here.
 */
public final class TlbFlush {
    private static final long ALL = -1;

    private final Architecture architecture;
    private final boolean hookAtPage;
    private final boolean hookAtRange;
    private final boolean hookAtMm;
    private final boolean hookAtUpgrade;
    private final boolean longRangeWidens;
    private final boolean broadcasts;
    private final boolean upgradeFlushIsLocal;
    private final boolean movedTableFlushIsCall;
    private final int pageShift;
    private final MmuNotifiers notifiers;
    private final EventSink sink;
    private final Tracer tracer;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final @Nullable CpuTlb[] cpus;
    private final List<TlbBroadcastListener> broadcastListeners = new ArrayList<>();
    private int loaded;
    private @Nullable FlushObserver observer;

    /** For one machine with {@code cpuCount} CPUs. */
    public TlbFlush(Architecture architecture, KernelVersion version, KernelDesign design, MmuNotifiers notifiers,
            EventSink sink, Tracer tracer, CurrentActor current, SimulatedClock clock, int cpuCount) {
        this.architecture = architecture;
        this.hookAtPage = design.notifiesAt(NotifySite.FLUSH_TLB_PAGE);
        this.hookAtRange = design.notifiesAt(NotifySite.FLUSH_TLB_RANGE);
        this.hookAtMm = design.notifiesAt(NotifySite.FLUSH_TLB_MM);
        this.hookAtUpgrade = design.notifiesAt(NotifySite.SET_ACCESS_FLAGS_FLUSH);
        this.longRangeWidens =
                architecture.longRangeCallsFlushMm() || version.has(VersionRule.FULL_FLUSH_WIDENS_SECONDARY);
        this.broadcasts = architecture.flushScheme() == FlushScheme.BROADCAST;
        this.upgradeFlushIsLocal = version.has(VersionRule.LOCAL_UPGRADE_FLUSH);
        this.movedTableFlushIsCall = version.has(VersionRule.MOVED_TABLE_FLUSH_IS_A_CALL);
        this.pageShift = architecture.pageShift();
        this.notifiers = notifiers;
        this.sink = sink;
        this.tracer = tracer;
        this.current = current;
        this.clock = clock;
        this.cpus = new CpuTlb[cpuCount];
    }

    /** The TLB of a CPU, made on first use. */
    public CpuTlb cpu(int number) {
        CpuTlb tlb = cpus[number];
        if (tlb == null) {
            tlb = new CpuTlb(architecture.pageShift());
            cpus[number] = tlb;
        }
        return tlb;
    }

    /** Reports every flush from now on. */
    public void observe(FlushObserver by) {
        observer = by;
    }

    /** Lets hardware hear broadcast maintenance; without effect where the architecture does not broadcast. */
    public void addBroadcastListener(TlbBroadcastListener listener) {
        if (architecture.flushScheme() == FlushScheme.BROADCAST) {
            broadcastListeners.add(listener);
        }
    }

    /** Stops that. */
    public void removeBroadcastListener(TlbBroadcastListener listener) {
        broadcastListeners.remove(listener);
    }

    /** The address space whose process runs from now on: x86-64 flushes another one's entries when it is loaded next. */
    public void switchTo(int mm) {
        loaded = mm;
    }

    /** {@code flush_tlb_page}. */
    public void page(AddressSpace mm, long address, Cause cause) {
        long start = address & -mm.pageSize();
        long end = start + mm.pageSize();
        if (tracer.isOn() && broadcasts) {
            tracer.call(Tracepoint.TLBI, mm.id(), start, end, 0, site("vale1is", cause));
        }
        flush(mm, start, end, pageShift, false, cause);
        if (hookAtPage) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, end, cause);
        }
    }

    /** {@code flush_tlb_page} of the first page of a huge entry: hardware drops all of it. */
    public void pageOfHuge(AddressSpace mm, long address, long size, Cause cause) {
        page(mm, address, cause);
        dropEverywhere(mm, address, address + size);
    }

    /**
     * {@code __flush_hugetlb_tlb_range} inside a helper that no probe can see: the hook hears the whole entry, the tracer
     * nothing.
     */
    public void hugeEntry(AddressSpace mm, long address, long size, Cause cause) {
        current.get().step(Step.FLUSH);
        dropEverywhere(mm, address, address + size);
        clock.advance(architecture.costs().localFlush() + architecture.costs().shootdown());
        sink.event(mm.id(), Phase.TLB_FLUSH, null, address, address + size, false, cause, EventSink.NO_SUBSCRIBER, null,
                0, null);
        if (hookAtRange) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), address, address + size, cause);
        }
    }

    private void observed(AddressSpace mm, long start, long end) {
        if (observer != null) {
            observer.flushed(mm, start, end);
        }
    }

    private void dropEverywhere(AddressSpace mm, long start, long end) {
        drop(mm, start, end);
        observed(mm, start, end);
        for (TlbBroadcastListener listener : broadcastListeners) {
            listener.tlbInvalidate(mm.id(), start, end);
        }
    }

    /**
     * The flush inside {@code ptep_set_access_flags} and its huge forms, of the entry's size.
     *
     * @param told bytes that the secondary-TLB hook is told, from the start of the entry
     */
    public void afterUpgrade(AddressSpace mm, long address, long size, long told, Cause cause) {
        long start = address & -size;
        if (tracer.isOn() && broadcasts) {
            boolean single = told == mm.pageSize();
            String op = single ? "vale1" : "rvale1";
            tracer.call(Tracepoint.TLBI, mm.id(), start, start + told, 0,
                    site(upgradeFlushIsLocal ? op : "vale1is", cause));
        }
        flush(mm, start, start + size, pageShift, false, cause);
        if (hookAtPage) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, start + told, cause);
        }
        if (hookAtUpgrade) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, start + told, Cause.PTEP_SET_ACCESS_FLAGS);
        }
    }

    /** The flush of a contiguous block inside {@code contpte_ptep_set_access_flags}. */
    public void afterBlockUpgrade(AddressSpace mm, long start, long end) {
        if (upgradeFlushIsLocal) {
            afterUpgrade(mm, start, end - start, end - start, Cause.CONTPTE_PTEP_SET_ACCESS_FLAGS);
        } else {
            range(mm, start, end, pageShift, Cause.CONTPTE_PTEP_SET_ACCESS_FLAGS);
        }
    }

    /** {@code flush_tlb_fix_spurious_fault}: the entry is right already, so this CPU's copy must be old. */
    public void spuriousFault(AddressSpace mm, long address) {
        spuriousFault(mm, address, mm.pageSize());
    }

    /** As {@link #spuriousFault(AddressSpace, long)}, for an entry that maps {@code size} bytes. */
    public void spuriousFault(AddressSpace mm, long address, long size) {
        if (upgradeFlushIsLocal && broadcasts) {
            long start = address & -size;
            tracer.call(Tracepoint.TLBI, mm.id(), start, start + size, 0,
                    site(size == mm.pageSize() ? "vale1" : "rvale1", Cause.HANDLE_PTE_FAULT));
            drop(mm, start, start + size);
        }
    }

    /** {@code flush_tlb_range}, of entries of {@code 1 << strideShift} bytes. */
    public void range(AddressSpace mm, long start, long end, int strideShift, Cause cause) {
        if (broadcasts) {
            tracer.call(Tracepoint.TLB_CALL, mm.id(), start, end, 0, site("flush_tlb_range", cause));
        }
        rangeThenHook(mm, start, end, strideShift, true, cause);
    }

    /** {@code flush_tlb_range} in {@code move_normal_pmd} and {@code move_normal_pud}. */
    public void movedTable(AddressSpace mm, long start, long end, Cause cause) {
        if (movedTableFlushIsCall) {
            range(mm, start, end, pageShift, cause);
        } else {
            rangeThenHook(mm, start, end, pageShift, true, cause);
        }
    }

    /** {@code flush_tlb_range} of pages; of one page it is not of the last level only, other than {@link #page}. */
    public void rangeOfPages(AddressSpace mm, long start, long end, Cause cause) {
        if (end - start > mm.pageSize()) {
            range(mm, start, end, pageShift, cause);
            return;
        }
        if (tracer.isOn() && broadcasts) {
            tracer.call(Tracepoint.TLBI, mm.id(), start, end, 0, site("vae1is", cause));
        }
        rangeThenHook(mm, start, end, pageShift, true, cause);
    }

    /** {@code flush_pmd_tlb_range}: arm64 flushes by the PMD, x86-64 by the page. */
    public void pmdRange(AddressSpace mm, long start, long end, Cause cause) {
        range(mm, start, end, broadcasts ? pageShift + PageTable.INDEX_BITS : pageShift, cause);
    }

    /** As {@link #pmdRange}, where the compiler has put it into the caller: arm64 shows the instruction, not the helper. */
    public void pmdRangeInline(AddressSpace mm, long start, long end, Cause cause) {
        if (broadcasts) {
            tracer.call(Tracepoint.TLBI, mm.id(), start, end, 0, site("rvae1is", cause));
        }
        rangeThenHook(mm, start, end, broadcasts ? pageShift + PageTable.INDEX_BITS : pageShift, true, cause);
    }

    /**
     * What an mmu_gather of part of an address space asks of the architecture ({@code tlb_flush}).
     *
     * @param inline whether the caller's file has a copy of its own of {@code tlb_flush}, so that a tracer sees the call
     *        inside it
     */
    void gathered(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, boolean inline,
            Cause cause) {
        if (broadcasts) {
            tracer.call(Tracepoint.TLB_CALL, mm.id(), start, end, 0,
                    site(inline ? "flush_tlb_range" : "tlb_flush", cause));
        }
        rangeThenHook(mm, start, end, strideShift, freedTables, cause);
    }

    /** As {@link #gathered}, where the whole address space goes away or must be flushed. */
    void gatheredAll(AddressSpace mm, int strideShift, boolean freedTables, Cause cause) {
        if (broadcasts) {
            tracer.call(Tracepoint.TLB_CALL, mm.id(), 0, ALL, 0, site("tlb_flush", cause));
        }
        if (freedTables || !architecture.fullmmFlushesOnlyTables()) {
            flush(mm, 0, ALL, strideShift, freedTables, cause);
            if (hookAtMm) {
                notifiers.invalidateSecondaryTlbs(mm.subscriptions(), 0, ALL, cause);
            }
        }
    }

    /**
     * The part of a deferred flush that happens when it is put off ({@code arch_tlbbatch_add_pending}): where maintenance is
     * broadcast it is asked for now and waited for later; the secondary-TLB hook is told now everywhere.
     */
    void deferred(AddressSpace mm, long start, long end, Cause cause) {
        if (broadcasts) {
            tracer.call(Tracepoint.TLB_CALL, mm.id(), start, end, 0, site("set_tlb_ubc_flush_pending", cause));
            flush(mm, start, end, pageShift, false, cause);
            if (hookAtPage) {
                notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, end, cause);
            }
        } else if (hookAtMm) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), 0, ALL, cause);
        }
    }

    /** {@code arch_tlbbatch_flush}: all CPUs that may have entries of the address space drop them. */
    void deferredNow(AddressSpace mm, Cause cause) {
        drop(mm, 0, ALL);
        if (observer != null) {
            observer.flushed(mm, 0, ALL);
        }
        clock.advance(architecture.costs().localFlush() + architecture.costs().shootdown());
        sink.event(mm.id(), Phase.TLB_FLUSH, null, 0, ALL, false, cause, EventSink.NO_SUBSCRIBER, null, 0, null);
    }

    /** {@code flush_tlb_batched_pending}: whoever changes entries must not rely on a flush that was put off. */
    public void batchedPending(AddressSpace mm) {
        if (mm.isTlbFlushBatched()) {
            mm(mm, Cause.FLUSH_TLB_BATCHED_PENDING);
            mm.setTlbFlushBatched(false);
        }
    }

    /** {@code flush_tlb_mm}. */
    public void mm(AddressSpace mm, Cause cause) {
        if (broadcasts) {
            tracer.call(Tracepoint.TLBI, mm.id(), 0, ALL, 0, site("aside1is", cause));
        }
        flush(mm, 0, ALL, 0, true, cause);
        if (hookAtMm) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), 0, ALL, cause);
        }
    }

    /** A range of more entries than the ceiling becomes a flush of everything. The hook hears whole entries on arm64. */
    private void rangeThenHook(AddressSpace mm, long start, long end, int strideShift, boolean freedTables,
            Cause cause) {
        long stride = broadcasts ? 1L << strideShift : 1L << pageShift;
        long from = start & -stride;
        long to = (end + stride - 1) & -stride;
        boolean tooLong = isTooLong(from, to, strideShift);
        if (tooLong && broadcasts) {
            flush(mm, 0, ALL, strideShift, freedTables, cause);
        } else {
            flush(mm, start, end, strideShift, freedTables, cause);
        }
        boolean widened = tooLong && longRangeWidens;
        if (widened ? hookAtMm : hookAtRange) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), widened ? 0 : from, widened ? ALL : to, cause);
        }
    }

    private boolean isTooLong(long start, long end, int strideShift) {
        return (end - start) >> (architecture.rangeFlush() ? pageShift : strideShift) > architecture.fullFlushPages();
    }

    private void flush(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, Cause cause) {
        current.get().step(Step.FLUSH);
        boolean all = end == ALL || isTooLong(start, end, Math.max(strideShift, pageShift));
        if (tracer.isOn() && !broadcasts) {
            traceIpi(mm, start, end, strideShift, freedTables, all);
        }
        int told = drop(mm, all ? 0 : start, all ? ALL : end);
        observed(mm, all ? 0 : start, all ? ALL : end);
        for (TlbBroadcastListener listener : broadcastListeners) {
            listener.tlbInvalidate(mm.id(), all ? 0 : start, all ? ALL : end);
        }
        boolean shootdown = broadcasts || told > 1;
        clock.advance(architecture.costs().localFlush() + (shootdown ? architecture.costs().shootdown() : 0));
        sink.event(mm.id(), Phase.TLB_FLUSH, null, all ? 0 : start, all ? ALL : end, false, cause,
                EventSink.NO_SUBSCRIBER, null, 0, null);
    }

    private int drop(AddressSpace mm, long start, long end) {
        int told = 0;
        for (CpuTlb tlb : cpus) {
            if (tlb == null) {
                continue;
            }
            told++;
            if (end == ALL) {
                tlb.dropAll(mm.id());
            } else {
                tlb.dropRange(mm.id(), start, end);
            }
        }
        return told;
    }

    /** x86-64: {@code flush_tlb_mm_range}, and the flush of this CPU if it runs that address space. */
    private void traceIpi(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, boolean all) {
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
