package io.mmulab.kernel.coherence;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.tlb.FlushObserver;

/**
 * Holds the rules R1 to R5 of secondary TLBs against each entry change, flush and notifier call, in the order in which they
 * happen. It knows nothing of operations: only that a fault begins and ends, and that an operation returns.
 */
public final class RuleWatch implements Tracer.Listener, FlushObserver {

    private final Frames frames;
    private final boolean rangeEndTells;
    private final Findings findings = new Findings();
    private final List<Loss> losses = new ArrayList<>();
    private @Nullable FaultWatch fault;

    /** For one machine. */
    public RuleWatch(Frames frames, KernelDesign design) {
        this.frames = frames;
        this.rangeEndTells = design.notifiesAt(NotifySite.RANGE_END);
    }

    /** What was found since the last call. */
    public List<Finding> take() {
        return findings.take();
    }

    /**
     * An entry is written. The losses of hugetlb are not watched: every recorded release but the newest on arm64 flushes and tells
     * only the first base page of a huge one, and counts on the window around it.
     */
    void entryChanged(AddressSpace mm, long address, long before, long after) {
        boolean watched = !isHugetlb(before) && !isHugetlb(after);
        int level = Pte.level(before == Pte.NONE ? after : before);
        long size = 1L << mm.pageTable().levelShift(level);
        if (Pte.valid(after) && watched) {
            set(mm, address, size, before, after);
        }
        boolean gone = !Pte.valid(after) || Pte.frame(after) != Pte.frame(before);
        boolean lost = Pte.valid(before) && (gone || (before & ~after & Loss.LOSABLE) != 0);
        if (lost && watched) {
            losses.add(new Loss(mm, address, address + size, before, gone));
        }
        FaultWatch now = fault;
        boolean ofDevice = Pte.isDevicePrivate(before) || Pte.isDeviceExclusive(before);
        if (now != null && now.mm == mm.id() && (Pte.present(before) || ofDevice)) {
            now.changed(address, address + size, lost || ofDevice);
            now.bringsBack |= ofDevice;
        }
    }

    private boolean isHugetlb(long pte) {
        return Pte.present(pte) && frames.has(Pte.frame(pte), Frames.HUGETLB);
    }

    private void set(AddressSpace mm, long address, long size, long before, long after) {
        if (Pte.valid(before) && Pte.frame(after) != Pte.frame(before)) {
            findings.add(AuditRule.R3_CLEAR_FLUSH_SET, mm.id(), address,
                    "frame %d took the place of %d without a clear".formatted(Pte.frame(after), Pte.frame(before)));
        }
        for (Loss loss : losses) {
            if (loss.mm() == mm && loss.start() < address + size && address < loss.end()) {
                setAgain(loss, Math.max(address, loss.start()), Math.min(address + size, loss.end()), address, after);
            }
        }
    }

    private void setAgain(Loss loss, long start, long end, long address, long after) {
        long pageSize = loss.mm().pageSize();
        for (long at = start; at < end; at += pageSize) {
            long pte = Pte.advance(after, (at - address) / pageSize);
            loss.set(at, pte, frames);
            boolean samePage = Pte.frame(pte) == loss.frame(at) || loss.isRestored(at) || !loss.isGone();
            if (!samePage && !loss.isFlushed()) {
                findings.add(AuditRule.R3_CLEAR_FLUSH_SET, loss.mm().id(), at,
                        "frame %d was set before the CPUs were flushed".formatted(Pte.frame(pte)));
                return;
            }
            if (!samePage && !loss.hasHeard(at) && Pte.write(after)) {
                findings.add(AuditRule.R3_CLEAR_FLUSH_SET, loss.mm().id(), at,
                        "frame %d was set writable before secondary TLBs heard".formatted(Pte.frame(pte)));
                return;
            }
        }
    }

    @Override
    public void flushed(AddressSpace mm, long start, long end) {
        FaultWatch now = fault;
        if (now != null && now.mm == mm.id() && !now.changedIn(start, end)) {
            findings.add(AuditRule.R1_NEW_ENTRY_IS_SILENT, mm.id(), start,
                    "a fault flushed where no present entry changed, up to 0x" + Long.toHexString(end));
        }
        for (Loss loss : losses) {
            if (loss.mm() == mm && !loss.isFlushed() && loss.flush(start, end) && loss.isGone() && mm.isAlive()
                    && frames.refcount(loss.frame(loss.start())) == 0) {
                findings.add(AuditRule.R5_FLUSH_BEFORE_FREE, mm.id(), loss.start(),
                        "frame " + loss.frame(loss.start()) + " was free before the flush");
            }
        }
    }

    @Override
    public void called(Tracepoint point, int mm, long start, long end, long value, String detail) {
        switch (point) {
            case HANDLE_MM_FAULT -> fault = new FaultWatch(mm, start);
            case HANDLE_MM_FAULT_RET -> fault = null;
            case MN_START -> windowOpens(mm);
            case MN_END -> {
                windowCloses(mm, start, end, detail);
                if (rangeEndTells) {
                    told(mm, start, end);
                }
            }
            case MN_ONLY_END -> windowCloses(mm, start, end, detail);
            case MN_SECONDARY_TLBS -> told(mm, start, end);
            default -> {
                // says nothing about entries
            }
        }
    }

    private void windowOpens(int mm) {
        FaultWatch now = fault;
        if (now != null && now.mm == mm) {
            now.window();
        }
    }

    /**
     * In a fault a window about its address is there for a loss; the patch of May 2023 has one for an upgrade, and a window
     * over a protection is that of whoever resolves the fault in user space.
     */
    private void windowCloses(int mm, long start, long end, String event) {
        FaultWatch now = fault;
        boolean isAbout = now != null && now.mm == mm && Loss.covers(start, end, now.page, now.page);
        if (isAbout && now != null && !now.lostSinceWindow && !now.bringsBack && !event.startsWith("PROTECTION_")) {
            findings.add(AuditRule.R2_UPGRADE_OPENS_NO_WINDOW, mm, start,
                    "a fault opened a window in which nothing was taken away, up to 0x" + Long.toHexString(end));
        }
    }

    private void told(int mm, long start, long end) {
        for (Loss loss : losses) {
            if (loss.mm().id() == mm) {
                loss.tell(start, end);
            }
        }
    }

    /** What was taken away must have been flushed, and secondary TLBs told, unless the address space is gone. */
    void operationReturned() {
        fault = null;
        for (Loss loss : losses) {
            boolean flushed = loss.isFlushedOrRestored();
            if (loss.mm().isAlive() && !(flushed && loss.allHeard())) {
                findings.add(AuditRule.R4_LOSS_IS_FLUSHED, loss.mm().id(), loss.start(),
                        "frame %d: CPUs were %sflushed, secondary TLBs %s".formatted(loss.frame(loss.start()),
                                flushed ? "" : "not ", loss.allHeard() ? "were told" : "were not told"));
            }
        }
        losses.clear();
    }
}
