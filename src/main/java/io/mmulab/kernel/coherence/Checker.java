package io.mmulab.kernel.coherence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventSink;
import io.mmulab.kernel.event.Phase;
import io.mmulab.kernel.event.Reaction;
import io.mmulab.kernel.event.ViolationKind;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.NotifierObserver;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableObserver;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.EntryObserver;
import io.mmulab.kernel.secondary.SecondaryMmu;

/**
 * Watches a machine and reports each broken rule of {@link ViolationKind} as an event, and each needless drop as
 * {@link Phase#SPURIOUS_ZAP}.
 *
 * <p>During an operation it only takes notes: which present entries changed, and which cached translations were dropped.
 * When the operation has returned ({@link #operationReturned}) it holds the notes against the page tables as they are now.
 */
public final class Checker implements PageTableObserver, NotifierObserver, EntryObserver {
    private final EventSink sink;
    private final CurrentActor current;
    private final List<SecondaryMmu> devices = new ArrayList<>();
    private final List<MmuNotifierRange> openWindows = new ArrayList<>();
    private final Map<SecondaryMmu, LongSet> zappedInVain = new HashMap<>();
    private final EntryNotes changed = new EntryNotes();
    private final EntryNotes dropped = new EntryNotes();
    private @Nullable AddressSpace lastChangedOutsideWindow;
    private long lastChangedAddress;
    private @Nullable RuleWatch watch;

    /** For one machine. */
    public Checker(EventSink sink, CurrentActor current) {
        this.sink = sink;
        this.current = current;
    }

    /** Watches a device from now on. */
    public void add(SecondaryMmu device) {
        devices.add(device);
        zappedInVain.put(device, new LongSet());
    }

    /** Stops watching a device. */
    public void remove(SecondaryMmu device) {
        devices.remove(device);
        zappedInVain.remove(device);
    }

    /** Lets the rules of secondary TLBs be held against every change from now on. */
    public void watch(RuleWatch by) {
        watch = by;
    }

    // --- notes during an operation ---

    @Override
    public boolean observes(AddressSpace mm) {
        return mm.subscriptions().everRegistered() || watch != null;
    }

    @Override
    public void entryChanged(AddressSpace mm, long address, long before, long after) {
        if (watch != null) {
            watch.entryChanged(mm, address, before, after);
        }
        if (Pte.present(before) && mm.subscriptions().everRegistered()) {
            presentChanged(mm, address, before, after);
        }
    }

    private void presentChanged(AddressSpace mm, long address, long before, long after) {
        changed.addChanged(mm, address,
                1 << (mm.pageTable().levelShift(Pte.level(before)) - mm.pageTable().levelShift(0)));
        if (isCovered(mm, address)) {
            return;
        }
        if (takesAway(before, after) && mm.subscriptions().hasRangeSubscriber(address, address + mm.pageSize())) {
            violation(mm.id(), ViolationKind.BOOKEND, address, address + mm.pageSize(), EventSink.NO_SUBSCRIBER,
                    Cause.OPERATION_RETURNED);
        }
        lastChangedOutsideWindow = mm;
        lastChangedAddress = address;
    }

    private static boolean takesAway(long before, long after) {
        boolean gone = !Pte.valid(after) || Pte.frame(after) != Pte.frame(before);
        return Pte.valid(before) && (gone || (Pte.write(before) && !Pte.write(after)));
    }

    private boolean isCovered(AddressSpace mm, long address) {
        for (MmuNotifierRange window : openWindows) {
            if (window.mm() == mm.id() && window.covers(address)) {
                return true;
            }
        }
        return false;
    }

    /** A start that announces a change which has already happened breaks the contract: start runs before. */
    @Override
    public void windowOpens(MmuNotifierRange range, boolean hasRangeSubscriber) {
        AddressSpace late = lastChangedOutsideWindow;
        if (hasRangeSubscriber && late != null && late.id() == range.mm() && range.covers(lastChangedAddress)) {
            violation(range.mm(), ViolationKind.BOOKEND, range.start(), range.end(), EventSink.NO_SUBSCRIBER,
                    range.cause());
        }
        openWindows.add(range);
    }

    @Override
    public void windowClosed(MmuNotifierRange range) {
        openWindows.remove(range);
    }

    @Override
    public void sleepableCallback(int mm, int subscriber, long start, long end, Cause cause) {
        if (current.get().inAtomic()) {
            violation(mm, ViolationKind.SLEEP_IN_ATOMIC, start, end, subscriber, cause);
        }
    }

    @Override
    public void warned(int mm, int subscriber, long start, long end, Cause cause) {
        violation(mm, ViolationKind.NOTIFIER_WARNING, start, end, subscriber, cause);
    }

    @Override
    public void entryDropped(SecondaryMmu device, AddressSpace mm, long address, int frame, boolean writable) {
        dropped.add(device, mm, address, frame, writable);
    }

    // --- accesses of devices ---

    @Override
    public void entryUsed(SecondaryMmu device, AddressSpace mm, long address, int frame, boolean write) {
        if (device.keepsPages()) {
            return;
        }
        long pte = mm.pageTable().get(address);
        long page = address & -mm.pageSize();
        if (!Pte.maps(pte, frame)) {
            violation(mm.id(), ViolationKind.STALE_FRAME, page, page + mm.pageSize(), device.id(), Cause.DEVICE_ACCESS);
        } else if (write && !Pte.write(pte)) {
            violation(mm.id(), ViolationKind.STALE_WRITE, page, page + mm.pageSize(), device.id(), Cause.DEVICE_ACCESS);
        }
    }

    @Override
    public void accessFaulted(SecondaryMmu device, AddressSpace mm, long address, int faults, AccessStatus status) {
        long page = address & -mm.pageSize();
        Reaction reaction = switch (status) {
            case OK -> wasZappedInVain(device, page) ? Reaction.REFAULTED : Reaction.FILLED;
            case INVALID, MMIO, HWPOISON -> Reaction.INVALID;
            case STUCK -> Reaction.STUCK;
        };
        sink.event(mm.id(), Phase.DEVICE_FAULT, null, page, page + mm.pageSize(), true, device.faultCause(),
                device.id(),
                reaction,
                faults, null);
        if (status == AccessStatus.STUCK) {
            violation(mm.id(), ViolationKind.LOST_UPGRADE, page, page + mm.pageSize(), device.id(),
                    Cause.DEVICE_ACCESS);
        }
    }

    private boolean wasZappedInVain(SecondaryMmu device, long page) {
        LongSet pages = zappedInVain.get(device);
        return pages != null && pages.remove(page);
    }

    // --- the end of an operation ---

    /** Holds the notes of the operation against the page tables. */
    public void operationReturned() {
        if (changed.size() > 0) {
            auditChanged();
            changed.clear();
        }
        if (dropped.size() > 0) {
            auditDropped();
            dropped.clear();
        }
        lastChangedOutsideWindow = null;
        if (watch != null) {
            watch.operationReturned();
        }
        if (!openWindows.isEmpty()) {
            MmuNotifierRange open = openWindows.getFirst();
            violation(open.mm(), ViolationKind.BOOKEND, open.start(), open.end(), EventSink.NO_SUBSCRIBER,
                    open.cause());
            openWindows.clear();
        }
    }

    private void auditChanged() {
        for (SecondaryMmu device : devices) {
            AddressSpace mm = device.boundTo();
            if (mm == null || device.entryCount() == 0 || device.keepsPages()) {
                continue;
            }
            for (int i = 0; i < changed.size(); i++) {
                if (changed.mm(i) == mm) {
                    device.visitEntries(changed.address(i), changed.address(i) + changed.pages(i) * mm.pageSize(),
                            (address, frame, writable) -> auditEntry(device, mm, address, frame, writable));
                }
            }
        }
    }

    private void auditEntry(SecondaryMmu device, AddressSpace mm, long address, int frame, boolean writable) {
        long pte = mm.pageTable().get(address);
        boolean wrong = !Pte.maps(pte, frame) || (writable && !device.cachesAsWritable(pte));
        if (wrong) {
            violation(mm.id(), ViolationKind.MISSED_NOTIFY, address, address + mm.pageSize(), device.id(),
                    Cause.OPERATION_RETURNED);
        }
    }

    /** Runs of neighbouring pages become one row. */
    private void auditDropped() {
        int i = 0;
        while (i < dropped.size()) {
            if (!droppedInVain(i)) {
                i++;
                continue;
            }
            int first = i;
            AddressSpace mm = dropped.mm(first);
            do {
                LongSet pages = zappedInVain.get(dropped.device(i));
                if (pages != null) {
                    pages.add(dropped.address(i));
                }
                i++;
            } while (i < dropped.size() && follows(i) && droppedInVain(i));
            SecondaryMmu device = dropped.device(first);
            sink.event(mm.id(), Phase.SPURIOUS_ZAP, null, dropped.address(first),
                    dropped.address(i - 1) + mm.pageSize(), true, Cause.OPERATION_RETURNED, device.id(),
                    Reaction.DROPPED, i - first, null);
        }
    }

    private boolean follows(int i) {
        return dropped.device(i).id() == dropped.device(i - 1).id() && dropped.mm(i).id() == dropped.mm(i - 1).id()
                && dropped.address(i) == dropped.address(i - 1) + dropped.mm(i).pageSize();
    }

    /** Whether the page is still the same and the entry allowed no more and, where that matters, no less than now. */
    private boolean droppedInVain(int i) {
        AddressSpace mm = dropped.mm(i);
        SecondaryMmu device = dropped.device(i);
        long pte = mm.pageTable().get(dropped.address(i));
        if (!mm.isAlive() || !Pte.maps(pte, dropped.frame(i))) {
            return false;
        }
        boolean writableNow = device.cachesAsWritable(pte);
        if (dropped.writable(i)) {
            return writableNow;
        }
        return !writableNow || !device.needsUpgradeInvalidation();
    }

    private void violation(int mm, ViolationKind kind, long start, long end, int device, Cause cause) {
        sink.event(mm, Phase.VIOLATION, null, start, end, false, cause, device, null, 0, kind);
    }
}
