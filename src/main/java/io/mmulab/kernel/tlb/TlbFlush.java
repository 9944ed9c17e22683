package io.mmulab.kernel.tlb;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.FlushScheme;
import io.mmulab.kernel.arch.FlushTime;
import io.mmulab.kernel.arch.Flushes;
import io.mmulab.kernel.arch.SecondaryTlbs;
import io.mmulab.kernel.arch.SecondaryTlbs.Told;
import io.mmulab.kernel.arch.SpuriousFaultFlush;
import io.mmulab.kernel.arch.Upgrades;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;

/**
 * The choke point of every CPU TLB flush: drops the translations on each CPU, lets broadcast listeners hear, emits the
 * event, and calls the secondary-TLB hook where architecture and kernel design have a call.
 */
public final class TlbFlush {
    private static final long ALL = -1;

    private final Flushes rules;
    private final HookCall pageHook;
    private final HookCall rangeHook;
    private final HookCall mmHook;
    private final HookCall addHook;
    private final boolean hookAtUpgrade;
    private final boolean rangeToldEmpty;
    private final boolean longRangeTellsAll;
    private final boolean broadcasts;
    private final boolean atCall;
    private final boolean upgradeFlushIsLocal;
    private final SpuriousFaultFlush spuriousFault;
    private final boolean movedTableFlushIsCall;
    private final boolean issuedAtAdd;
    private final int pageShift;
    private final int pmdShift;
    private final long localCost;
    private final long shootdownCost;
    private final MmuNotifiers notifiers;
    private final EventSink sink;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final FlushTrace trace;
    private final CpuTlbs cpus;
    private final List<TlbBroadcastListener> broadcastListeners = new ArrayList<>();
    private @Nullable FlushObserver observer;

    /** For one machine with {@code cpuCount} CPUs. */
    public TlbFlush(Architecture architecture, KernelVersion version, KernelDesign design, MmuNotifiers notifiers,
            EventSink sink, Tracer tracer, CurrentActor current, SimulatedClock clock, int cpuCount) {
        SecondaryTlbs hooks = architecture.secondaryTlbs();
        Upgrades upgrades = architecture.upgrades();
        this.rules = architecture.flushes();
        this.pageHook = HookCall.of(hooks.page(), NotifySite.FLUSH_TLB_PAGE, design, version);
        this.rangeHook = HookCall.of(hooks.range(), NotifySite.FLUSH_TLB_RANGE, design, version);
        this.mmHook = HookCall.of(hooks.mm(), NotifySite.FLUSH_TLB_MM, design, version);
        this.addHook = HookCall.of(hooks.batchAdd(), tellsAll(hooks.batchAdd()) ? NotifySite.FLUSH_TLB_MM
                : NotifySite.FLUSH_TLB_PAGE, design, version);
        this.hookAtUpgrade = design.notifiesAt(NotifySite.SET_ACCESS_FLAGS_FLUSH);
        this.rangeToldEmpty = design.notifiesAt(NotifySite.FLUSH_TLB_RANGE_EMPTY) && rangeHook.told() == Told.ENTRIES;
        this.longRangeTellsAll = version.isIn(hooks.fullFlushTellsAll());
        this.broadcasts = rules.scheme() == FlushScheme.BROADCAST;
        this.atCall = rules.time() == FlushTime.AT_CALL;
        this.upgradeFlushIsLocal = version.isIn(upgrades.flushesThisCpuOnly());
        this.spuriousFault =
                version.isIn(upgrades.spuriousFaultFlushes()) ? upgrades.spuriousFault() : SpuriousFaultFlush.NOTHING;
        this.movedTableFlushIsCall = version.has(VersionRule.MOVED_TABLE_FLUSH_IS_A_CALL);
        this.issuedAtAdd = architecture.unmapBatching().issuedAtAdd();
        this.pageShift = architecture.pageShift();
        this.pmdShift = architecture.paging().levelShift(1);
        this.localCost = architecture.costs().localFlush();
        this.shootdownCost = broadcasts || cpuCount > 1 ? architecture.costs().shootdown() : 0;
        this.notifiers = notifiers;
        this.sink = sink;
        this.current = current;
        this.clock = clock;
        this.trace = new FlushTrace(tracer, broadcasts);
        this.cpus = new CpuTlbs(architecture, cpuCount, this::contextsUsedUp);
    }

    private static boolean tellsAll(SecondaryTlbs.@Nullable Call call) {
        return call != null && call.told() == Told.ALL;
    }

    /** The TLBs of the CPUs. */
    public CpuTlbs cpus() {
        return cpus;
    }

    /** Reports every flush from now on. */
    public void observe(FlushObserver by) {
        observer = by;
    }

    /** Lets hardware hear broadcast maintenance; without effect where the architecture does not broadcast. */
    public void addBroadcastListener(TlbBroadcastListener listener) {
        if (broadcasts) {
            broadcastListeners.add(listener);
        }
    }

    /** Stops that. */
    public void removeBroadcastListener(TlbBroadcastListener listener) {
        broadcastListeners.remove(listener);
    }

    /** The address space whose process runs from now on. */
    public void switchTo(int mm) {
        trace.switchTo(mm);
    }

    /** {@code flush_tlb_page}. */
    public void page(AddressSpace mm, long address, Cause cause) {
        long start = address & -mm.pageSize();
        long end = start + mm.pageSize();
        trace.instruction(mm, start, end, "vale1is", cause);
        flush(mm, start, end, pageShift, false, cause, pageHook, start, end);
    }

    /** {@code flush_tlb_page} of the first page of a huge entry: hardware drops all of it. */
    public void pageOfHuge(AddressSpace mm, long address, long size, Cause cause) {
        page(mm, address, cause);
        if (atCall) {
            dropEverywhere(mm, address, address + size);
        }
    }

    /**
     * {@code __flush_hugetlb_tlb_range} inside a helper that no probe can see: the hook hears the whole entry, the tracer
     * nothing.
     */
    public void hugeEntry(AddressSpace mm, long address, long size, Cause cause) {
        long end = address + size;
        if (atCall) {
            current.get().step(Step.FLUSH);
            dropEverywhere(mm, address, end);
            report(mm, address, end, cause);
            tellThenWait(mm, rangeHook, address, end, cause);
        }
    }

    /**
     * The write of an entry, where the write itself flushes. Does nothing where flushes are calls.
     *
     * @param size bytes that the entry mapped
     */
    public void entryReplaced(AddressSpace mm, long address, long size) {
        if (!atCall) {
            current.get().step(Step.FLUSH);
            long start = address & -size;
            dropEverywhere(mm, start, start + size);
            report(mm, start, start + size, Cause.SET_PTE_AT);
            clock.advance(shootdownCost);
        }
    }

    /** Whether writes of entries flush ({@link FlushTime#AT_WRITE}). */
    public boolean flushesAtWrite() {
        return !atCall;
    }

    /**
     * The flush inside {@code ptep_set_access_flags} and its huge forms, of the entry's size.
     *
     * @param told bytes that the secondary-TLB hook is told, from the start of the entry
     */
    public void afterUpgrade(AddressSpace mm, long address, long size, long told, Cause cause) {
        long start = address & -size;
        String single = told == mm.pageSize() ? "vale1" : "rvale1";
        trace.instruction(mm, start, start + told, upgradeFlushIsLocal ? single : "vale1is", cause);
        if (upgradeFlushIsLocal) {
            flushThisCpu(mm, start, start + size, cause, pageHook, start + told);
        } else {
            flush(mm, start, start + size, pageShift, false, cause, pageHook, start, start + told);
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

    /** {@code update_mmu_cache} after an upgrade: this CPU's entry goes, whether or not it changed; nobody else is told. */
    public void updateMmuCache(AddressSpace mm, long address, long size) {
        long start = address & -size;
        flushThisCpu(mm, start, start + size, Cause.PTEP_SET_ACCESS_FLAGS, HookCall.NONE, 0);
    }

    private void flushThisCpu(AddressSpace mm, long start, long end, Cause cause, HookCall hook, long toldEnd) {
        current.get().step(Step.FLUSH);
        cpus.dropOnThisCpu(mm.id(), start, end);
        report(mm, start, end, cause);
        if (hook.calls()) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, toldEnd, cause);
        }
    }

    /**
     * {@code flush_tlb_fix_spurious_fault}: an entry that maps {@code size} bytes is right already, so this CPU's copy must
     * be old.
     */
    public void spuriousFault(AddressSpace mm, long address, long size) {
        if (spuriousFault == SpuriousFaultFlush.NOTHING) {
            return;
        }
        if (spuriousFault == SpuriousFaultFlush.PAGE) {
            page(mm, address, Cause.HANDLE_PTE_FAULT);
            return;
        }
        long start = address & -size;
        trace.instruction(mm, start, start + size, size == mm.pageSize() ? "vale1" : "rvale1", Cause.HANDLE_PTE_FAULT);
        cpus.dropOnThisCpu(mm.id(), start, start + size);
    }

    /** {@code flush_tlb_range}, of entries of {@code 1 << strideShift} bytes. */
    public void range(AddressSpace mm, long start, long end, int strideShift, Cause cause) {
        trace.helper(mm, start, end, "flush_tlb_range", cause);
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
        trace.instruction(mm, start, end, "vae1is", cause);
        rangeThenHook(mm, start, end, pageShift, true, cause);
    }

    /** {@code flush_pmd_tlb_range}: arm64 flushes by the PMD, x86-64 by the page. */
    public void pmdRange(AddressSpace mm, long start, long end, Cause cause) {
        range(mm, start, end, rules.byEntry() ? pmdShift : pageShift, cause);
    }

    /** As {@link #pmdRange}, where the compiler has put it into the caller: arm64 shows the instruction, not the helper. */
    public void pmdRangeInline(AddressSpace mm, long start, long end, Cause cause) {
        trace.instruction(mm, start, end, "rvae1is", cause);
        rangeThenHook(mm, start, end, rules.byEntry() ? pmdShift : pageShift, true, cause);
    }

    /**
     * What an mmu_gather of part of an address space asks of the architecture ({@code tlb_flush}).
     *
     * @param inline whether the caller's file has a copy of its own of {@code tlb_flush}, so that a tracer sees the call
     *        inside it
     */
    void gathered(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, boolean inline,
            Cause cause) {
        trace.helper(mm, start, end, inline ? "flush_tlb_range" : "tlb_flush", cause);
        if (freedTables && rules.freedTablesFlushAll()) {
            issue(mm, 0, ALL, strideShift, true, cause, mmHook, 0, ALL);
        } else {
            rangeThenHook(mm, start, end, strideShift, freedTables, cause);
        }
    }

    /** As {@link #gathered}, where the whole address space goes away or must be flushed. */
    void gatheredAll(AddressSpace mm, int strideShift, boolean freedTables, Cause cause) {
        trace.helper(mm, 0, ALL, "tlb_flush", cause);
        boolean flushes = switch (rules.fullmm()) {
            case ALL -> true;
            case ONLY_TABLES -> freedTables;
            case NONE -> mm.isAlive();
        };
        if (freedTables && rules.freedTablesFlushAll()) {
            issue(mm, 0, ALL, strideShift, true, cause, mmHook, 0, ALL);
        } else if (flushes) {
            flush(mm, 0, ALL, strideShift, freedTables, cause, mmHook, 0, ALL);
        }
    }

    /**
     * The part of a deferred flush that happens when it is put off ({@code arch_tlbbatch_add_pending}): where maintenance is
     * broadcast it is asked for now and waited for later; the secondary-TLB hook is told now everywhere.
     */
    void deferred(AddressSpace mm, long start, long end, Cause cause) {
        trace.helper(mm, start, end, "set_tlb_ubc_flush_pending", cause);
        if (issuedAtAdd) {
            flush(mm, start, end, pageShift, false, cause, HookCall.NONE, start, end);
        }
        if (addHook.calls()) {
            boolean all = addHook.told() == Told.ALL;
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), all ? 0 : start, all ? ALL : end, cause);
        }
    }

    /** {@code arch_tlbbatch_flush}: all CPUs that may have entries of the address space drop them; the hook hears nothing. */
    void deferredNow(AddressSpace mm, Cause cause) {
        cpus.drop(mm.id(), 0, ALL);
        observed(mm, 0, ALL);
        report(mm, 0, ALL, cause);
        clock.advance(shootdownCost);
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
        trace.instruction(mm, 0, ALL, "aside1is", cause);
        flush(mm, 0, ALL, 0, true, cause, mmHook, 0, ALL);
    }

    /** A range of more entries than the ceiling becomes a flush of everything. The hook hears whole entries on arm64. */
    private void rangeThenHook(AddressSpace mm, long start, long end, int strideShift, boolean freedTables,
            Cause cause) {
        long stride = rangeHook.told() == Told.ENTRIES ? 1L << strideShift : 1L << pageShift;
        long from = start & -stride;
        long to = (end + stride - 1) & -stride;
        boolean tooLong = isTooLong(from, to, strideShift);
        if (tooLong && longRangeTellsAll) {
            boolean whole = rules.byEntry();
            flush(mm, whole ? 0 : start, whole ? ALL : end, strideShift, freedTables, cause, mmHook, 0, ALL);
        } else {
            flush(mm, start, end, strideShift, freedTables, cause, rangeHook, rangeToldEmpty ? to : from, to);
        }
    }

    private boolean isTooLong(long start, long end, int strideShift) {
        return (end - start) >> (rules.rangeInstruction() ? pageShift : strideShift) > rules.fullFlushPages();
    }

    /** A flush that a function was called for: nothing is left to do where writes flush. */
    private void flush(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, Cause cause,
            HookCall hook, long toldStart, long toldEnd) {
        if (atCall) {
            issue(mm, start, end, strideShift, freedTables, cause, hook, toldStart, toldEnd);
        }
    }

    private void issue(AddressSpace mm, long start, long end, int strideShift, boolean freedTables, Cause cause,
            HookCall hook, long toldStart, long toldEnd) {
        current.get().step(Step.FLUSH);
        boolean all = end == ALL || isTooLong(start, end, Math.max(strideShift, pageShift));
        trace.function(mm, start, end, strideShift, freedTables, all);
        dropEverywhere(mm, all ? 0 : start, all ? ALL : end);
        report(mm, all ? 0 : start, all ? ALL : end, cause);
        tellThenWait(mm, hook, toldStart, toldEnd, cause);
    }

    private void tellThenWait(AddressSpace mm, HookCall hook, long start, long end, Cause cause) {
        if (hook.beforeWait()) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, end, cause);
        }
        clock.advance(shootdownCost);
        if (hook.afterWait()) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, end, cause);
        }
    }

    private void dropEverywhere(AddressSpace mm, long start, long end) {
        cpus.drop(mm.id(), start, end);
        observed(mm, start, end);
        for (TlbBroadcastListener listener : broadcastListeners) {
            listener.tlbInvalidate(mm.id(), start, end);
        }
    }

    private void observed(AddressSpace mm, long start, long end) {
        if (observer != null) {
            observer.flushed(mm, start, end);
        }
    }

    private void report(AddressSpace mm, long start, long end, Cause cause) {
        clock.advance(localCost);
        sink.event(mm.id(), Phase.TLB_FLUSH, null, start, end, false, cause, EventSink.NO_SUBSCRIBER, null, 0, null);
    }

    /** All tags of TLB entries were given away: TLBs began anew, and nobody else was told. */
    private void contextsUsedUp(AddressSpace mm) {
        report(mm, 0, ALL, Cause.NEW_CONTEXT);
    }
}
