package io.mmulab.kernel.coherence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.EventType;
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
    private static final long ALL = -1;
    private static final long LOSABLE = Pte.PRESENT | Pte.WRITE | Pte.EXEC | Pte.DIRTY;

    private final Frames frames;
    private final boolean rangeEndTells;
    private final Findings findings = new Findings();
    private final Map<Integer, TreeMap<Long, Loss>> losses = new HashMap<>();
    private @Nullable FaultWatch fault;

    /** For one machine. */
    public RuleWatch(Frames frames, KernelDesign design) {
        this.frames = frames;
        this.rangeEndTells = design.notifiesAt(NotifySite.RANGE_END);
    }

    /** A valid entry that went, or lost a right, and who has heard of it since. */
    private static final class Loss {
        private final AddressSpace mm;
        private final long end;
        private final int frame;
        private final boolean gone;
        private final boolean subscribed;
        private boolean flushed;
        private boolean told;

        Loss(AddressSpace mm, long end, int frame, boolean gone) {
            this.mm = mm;
            this.end = end;
            this.frame = frame;
            this.gone = gone;
            this.subscribed = mm.subscriptions().everRegistered();
        }
    }

    /** What was found since the last call. */
    public List<Finding> take() {
        return findings.take();
    }

    /** An entry is written. */
    void entryChanged(AddressSpace mm, long address, long before, long after) {
        int level = Pte.level(before == Pte.NONE ? after : before);
        long size = 1L << mm.pageTable().levelShift(level);
        if (Pte.valid(after) && Pte.frame(after) != Pte.frame(before)) {
            newPage(mm, address, size, before, after);
        }
        boolean gone = !Pte.valid(after) || Pte.frame(after) != Pte.frame(before);
        boolean lost = Pte.valid(before) && (gone || (before & ~after & LOSABLE) != 0);
        if (lost) {
            losses.computeIfAbsent(mm.id(), id -> new TreeMap<>()).put(address,
                    new Loss(mm, address + size, Pte.frame(before), gone));
        }
        FaultWatch now = fault;
        if (now != null && now.mm == mm.id() && Pte.present(before)) {
            now.changed(address, address + size, lost);
        }
    }

    private void newPage(AddressSpace mm, long address, long size, long before, long after) {
        if (Pte.valid(before)) {
            findings.add(AuditRule.R3_CLEAR_FLUSH_SET, mm.id(), address,
                    "frame %d took the place of %d without a clear".formatted(Pte.frame(after), Pte.frame(before)));
        }
        TreeMap<Long, Loss> ofMm = losses.get(mm.id());
        if (ofMm == null) {
            return;
        }
        Long first = ofMm.floorKey(address);
        for (var at : ofMm.subMap(first == null ? address : first, true, address + size, false).entrySet()) {
            Loss loss = at.getValue();
            if (loss.end <= address || !loss.gone) {
                continue;
            }
            boolean samePage = size == mm.pageSize()
                    && Pte.frame(after) == loss.frame + (address - at.getKey()) / mm.pageSize();
            if (!samePage && !loss.flushed) {
                findings.add(AuditRule.R3_CLEAR_FLUSH_SET, mm.id(), address,
                        "frame %d was set before the CPUs were flushed".formatted(Pte.frame(after)));
            }
            if (!samePage && loss.subscribed && !loss.told && Pte.write(after)) {
                findings.add(AuditRule.R3_CLEAR_FLUSH_SET, mm.id(), address,
                        "frame %d was set writable before secondary TLBs heard".formatted(Pte.frame(after)));
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
        TreeMap<Long, Loss> ofMm = losses.get(mm.id());
        if (ofMm == null) {
            return;
        }
        for (var at : ofMm.entrySet()) {
            Loss loss = at.getValue();
            if (loss.flushed || !covers(start, end, at.getKey(), loss.end)) {
                continue;
            }
            loss.flushed = true;
            if (loss.gone && loss.mm.isAlive() && frames.refcount(loss.frame) == 0) {
                findings.add(AuditRule.R5_FLUSH_BEFORE_FREE, mm.id(), at.getKey(),
                        "frame " + loss.frame + " was free before the flush");
            }
        }
    }

    private static boolean covers(long start, long end, long from, long to) {
        return start <= from && (end == ALL || to <= end);
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

    /** In a fault a window about its address is there for a loss; the patch of May 2023 has one for an upgrade. */
    private void windowCloses(int mm, long start, long end, String event) {
        FaultWatch now = fault;
        boolean isAbout = now != null && now.mm == mm && covers(start, end, now.page, now.page);
        if (isAbout && now != null && !now.lostSinceWindow && !event.equals(EventType.PROTECTION_UPGRADE.name())) {
            findings.add(AuditRule.R2_UPGRADE_OPENS_NO_WINDOW, mm, start,
                    "a fault opened a window in which nothing was taken away, up to 0x" + Long.toHexString(end));
        }
    }

    private void told(int mm, long start, long end) {
        TreeMap<Long, Loss> ofMm = losses.get(mm);
        if (ofMm == null) {
            return;
        }
        for (var at : ofMm.entrySet()) {
            at.getValue().told |= covers(start, end, at.getKey(), at.getValue().end);
        }
    }

    /** What was taken away must have been flushed, and secondary TLBs told, unless the address space is gone. */
    void operationReturned() {
        fault = null;
        if (losses.isEmpty()) {
            return;
        }
        losses.forEach((mm, ofMm) -> ofMm.forEach((address, loss) -> {
            if (!loss.mm.isAlive()) {
                return;
            }
            boolean stillSubscribed = loss.subscribed && loss.mm.subscriptions().everRegistered();
            if (!loss.flushed || (stillSubscribed && !loss.told)) {
                findings.add(AuditRule.R4_LOSS_IS_FLUSHED, mm, address, "frame %d: %s, %s".formatted(loss.frame,
                        loss.flushed ? "CPUs were flushed" : "CPUs were not flushed",
                        loss.told ? "secondary TLBs were told" : "secondary TLBs were not told"));
            }
        }));
        losses.clear();
    }
}
