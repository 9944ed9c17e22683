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
    private final MmuNotifiers notifiers;
    private final EventSink sink;
    private final Tracer tracer;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final @Nullable CpuTlb[] cpus;
    private final List<TlbBroadcastListener> broadcastListeners = new ArrayList<>();

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

    /** {@code flush_tlb_page}. */
    public void page(AddressSpace mm, long address, Cause cause) {
        long start = address & -mm.pageSize();
        flush(mm, start, start + mm.pageSize(), cause);
        if (hookAtPage) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, start + mm.pageSize(), cause);
        }
    }

    /** {@code flush_tlb_page} from inside {@code ptep_set_access_flags}. */
    public void pageAfterUpgrade(AddressSpace mm, long address) {
        page(mm, address, Cause.PTEP_SET_ACCESS_FLAGS);
        if (hookAtUpgrade) {
            long start = address & -mm.pageSize();
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), start, start + mm.pageSize(),
                    Cause.PTEP_SET_ACCESS_FLAGS);
        }
    }

    /** {@code flush_tlb_range}: a long range becomes a flush of everything. */
    public void range(AddressSpace mm, long start, long end, Cause cause) {
        boolean tooLong = (end - start) >> architecture.pageShift() > architecture.fullFlushPages();
        if (!tooLong) {
            flush(mm, start, end, cause);
        } else {
            flush(mm, 0, ALL, cause);
        }
        boolean widened = tooLong && longRangeWidens;
        if (widened ? hookAtMm : hookAtRange) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), widened ? 0 : start, widened ? ALL : end, cause);
        }
    }

    /** {@code flush_tlb_mm}. */
    public void mm(AddressSpace mm, Cause cause) {
        flush(mm, 0, ALL, cause);
        if (hookAtMm) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), 0, ALL, cause);
        }
    }

    private void flush(AddressSpace mm, long start, long end, Cause cause) {
        current.get().step(Step.FLUSH);
        if (tracer.isOn()) {
            trace(mm.id(), start, end);
        }
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
        for (TlbBroadcastListener listener : broadcastListeners) {
            listener.tlbInvalidate(mm.id(), start, end);
        }
        boolean shootdown = architecture.flushScheme() == FlushScheme.BROADCAST || told > 1;
        clock.advance(architecture.costs().localFlush() + (shootdown ? architecture.costs().shootdown() : 0));
        sink.event(mm.id(), Phase.TLB_FLUSH, null, start, end, false, cause, EventSink.NO_SUBSCRIBER, null, 0, null);
    }

    private void trace(int mm, long start, long end) {
        long pages = end == ALL ? ALL : (end - start) >>> architecture.pageShift();
        if (architecture.flushScheme() == FlushScheme.IPI) {
            tracer.call(Tracepoint.FLUSH_TLB_MM_RANGE, mm, start, end);
            tracer.call(Tracepoint.TLB_FLUSH, mm, start, end, pages, "");
        } else if (pages == 1) {
            tracer.call(Tracepoint.TLBI, mm, start, end, 0, "vale1is");
        } else if (pages == ALL) {
            tracer.call(Tracepoint.TLBI, mm, start, end, 0, "aside1is");
        } else {
            tracer.call(Tracepoint.TLB_CALL, mm, start, end, 0, "flush_tlb_range");
        }
    }
}
