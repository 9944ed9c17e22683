package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.mmulab.device.DeviceDesign.Filling;
import io.mmulab.device.DeviceDesign.Hearing;
import io.mmulab.device.DeviceDesign.PermissionFault;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuIntervalNotifier;
import io.mmulab.kernel.notifier.MmuIntervalNotifierOps;
import io.mmulab.kernel.notifier.MmuNotifier;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.DeviceCommand;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.syscall.Errno;

/**
 * A device that keeps a table of its own, with the choices of a {@link DeviceDesign}: GPU mirrors, RDMA on-demand paging, grant
 * maps, pinned memory, and what users post.
 */
final class MirrorDevice extends BoundDevice implements MmuIntervalNotifierOps, FrameHolder {
    private final DeviceDesign design;
    private final DeviceCosts costs;
    private final Translations table;
    private final MirrorSequence sequence;
    private final MirrorFill fill;
    private final MirrorCommands commands;
    private final boolean startDrops;
    private final int pageShift;
    private long faults;
    private long invalidations;
    private long droppedEntries;
    private long refusals;
    private int dropped;

    MirrorDevice(int id, String name, MmuServices services, DeviceDesign design) {
        super(id, name, services);
        this.design = design;
        this.costs = design.costs();
        this.pageShift = services.architecture().pageShift();
        this.table = new Translations(pageShift);
        this.sequence = new MirrorSequence(id, services.notifiers(), this, design);
        this.fill = new MirrorFill(id, services, design, table, sequence);
        this.commands = new MirrorCommands(this, services, design, table, fill);
        this.startDrops = design.hearing().start();
    }

    @Override
    public String model() {
        return design.name();
    }

    // --- coming and going ---

    @Override
    int subscribe(AddressSpace mm) {
        Hearing hearing = design.hearing();
        int error = hearing.secondaryTlb() || hearing.start() ? super.subscribe(mm) : 0;
        if (error == 0 && design.ownMemory()) {
            services().migration().deviceMemory().add(id(), this::pageLeaves);
        }
        return error == 0 ? sequence.open(mm) : error;
    }

    @Override
    void unsubscribe(AddressSpace mm) {
        sequence.close();
        if (design.ownMemory()) {
            services().migration().migrateVma().evict(id());
            services().migration().deviceMemory().remove(id());
        }
        Hearing hearing = design.hearing();
        if (hearing.secondaryTlb() || hearing.start()) {
            super.unsubscribe(mm);
        } else {
            release(mm.id());
        }
    }

    @Override
    void onRelease() {
        fill.forget();
    }

    /** What the device has mapped of its own memory goes before the page does. */
    private void pageLeaves(AddressSpace mm, long address) {
        table.remove(address);
        commands.dropped(address);
    }

    // --- accesses ---

    @Override
    public int command(DeviceCommand command, long address, long length, byte value) {
        AddressSpace mm = boundTo();
        if (design.filling() != Filling.HMM) {
            return super.command(command, address, length, value);
        }
        long mask = services().architecture().pageSize() - 1;
        if (mm == null || (address & mask) != 0 || length <= 0 || address + length < address) {
            return (int) Errno.EINVAL.returned();
        }
        beginCommand();
        int result = commands.run(mm, command, address, (address + length + mask) & ~mask, value);
        if (lastFaults() > 0) {
            services().observer().accessFaulted(this, mm, address, lastFaults(),
                    result >= 0 ? AccessStatus.OK : AccessStatus.INVALID);
        }
        return result;
    }

    @Override
    public List<String> lastSnapshot() {
        return commands.snapshot();
    }

    @Override
    AccessStatus access(AddressSpace mm, long address, boolean write, byte value) {
        long page = address & -mm.pageSize();
        while (true) {
            services().current().get().step(Step.DEVICE_USE);
            services().clock().advance(costs.hit());
            long entry = lookup(mm, page, write);
            if (entry != Translations.MISS && (!write || Translations.isWritable(entry))) {
                int frame = Translations.frame(entry);
                services().observer().entryUsed(this, mm, address, frame, write);
                touch(frame, write, value);
                return AccessStatus.OK;
            }
            if (lastFaults() == design.retryBudget()) {
                return AccessStatus.STUCK;
            }
            faulted();
            faults++;
            services().clock().advance(costs.fault());
            AccessStatus status = fill.fault(mm, page, write);
            if (status != AccessStatus.OK) {
                return status;
            }
        }
    }

    /** The entry; where the hardware walks, from a walk if there is none, or if a write needs a better one. */
    private long lookup(AddressSpace mm, long page, boolean write) {
        long entry = table.get(page);
        if (design.filling() != Filling.WALK) {
            return entry;
        }
        boolean useless = entry == Translations.MISS || (write && !Translations.isWritable(entry)
                && design.permissionFault() == PermissionFault.REFILL);
        return useless && fill.walk(mm, page) ? table.get(page) : entry;
    }

    @Override
    public Cause faultCause() {
        return switch (design.filling()) {
            case WALK -> Cause.IOMMU_SVA_HANDLE_MM;
            case HMM -> Cause.HMM_RANGE_FAULT;
            case ONCE, PIN -> Cause.PIN_USER_PAGES;
        };
    }

    @Override
    public boolean cachesAsWritable(long pte) {
        return Pte.write(pte);
    }

    @Override
    public boolean needsUpgradeInvalidation() {
        return design.permissionFault() == PermissionFault.KEEP;
    }

    @Override
    public boolean keepsPages() {
        return design.filling() == Filling.PIN;
    }

    // --- what it hears ---

    @Override
    public boolean hasRangeOps() {
        return design.hearing().end();
    }

    @Override
    public boolean hasRangeStart() {
        return design.hearing().start();
    }

    @Override
    public boolean hasSecondaryTlbOp() {
        return design.hearing().secondaryTlb();
    }

    @Override
    public boolean hasChangePte() {
        return false;
    }

    /** The interval's side: refuses where it may, notes the sequence, and drops unless start does. */
    @Override
    public int invalidate(MmuIntervalNotifier subscription, MmuNotifierRange range, long currentSeq) {
        if (!startDrops && refuses(range)) {
            return MmuNotifier.WOULD_BLOCK;
        }
        if (isIgnored(range)) {
            return MmuNotifier.IGNORED;
        }
        subscription.setSeq(currentSeq);
        if (startDrops) {
            return MmuNotifier.IGNORED;
        }
        if (range.event() == EventType.RELEASE) {
            return release(range.mm());
        }
        long start = later(range.start(), subscription.start());
        long end = Long.compareUnsigned(range.end() - 1, subscription.last()) < 0 ? range.end()
                : subscription.last() + 1;
        return react(range, start, end);
    }

    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        if (refuses(range)) {
            return MmuNotifier.WOULD_BLOCK;
        }
        sequence.windows().begin(true);
        return isIgnored(range) ? MmuNotifier.IGNORED : react(range, range.start(), range.end());
    }

    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {
        sequence.windows().end(true);
    }

    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        return drop(start, end);
    }

    /** Never called: it has no change_pte. */
    @Override
    public int changePte(int mm, long address, long pte) {
        return 0;
    }

    private static long later(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private boolean refuses(MmuNotifierRange range) {
        boolean refuses = design.mayRefuse() && !range.blockable();
        refusals += refuses ? 1 : 0;
        return refuses;
    }

    private boolean isIgnored(MmuNotifierRange range) {
        return switch (design.reaction(range.event())) {
            case IGNORE -> true;
            case IGNORE_OWN -> range.owner() == id();
            case DROP, DROP_ALL, WRITE_PROTECT -> false;
        };
    }

    private int react(MmuNotifierRange range, long start, long end) {
        return switch (design.reaction(range.event())) {
            case DROP_ALL -> drop(0, -1);
            case WRITE_PROTECT -> writeProtect(start, end);
            case DROP, IGNORE, IGNORE_OWN -> drop(start, end);
        };
    }

    private int drop(long start, long end) {
        invalidations++;
        boolean all = end == -1 || (design.everythingFromPages() > 0
                && (end - start) >>> pageShift >= design.everythingFromPages());
        long block = (long) design.granularityPages() << pageShift;
        dropped = 0;
        if (start != end) {
            table.visit(all ? 0 : start & -block, all ? -1 : (end + block - 1) & -block, this::dropEntry);
        }
        droppedEntries += dropped;
        services().clock().advance(dropped * costs.command() + (dropped > 0 ? costs.sync() : 0));
        return dropped;
    }

    private void dropEntry(long page, int frame, boolean writable) {
        table.remove(page);
        commands.dropped(page);
        dropped++;
        AddressSpace mm = boundTo();
        if (mm != null) {
            services().observer().entryDropped(this, mm, page, frame, writable);
        }
    }

    private int writeProtect(long start, long end) {
        invalidations++;
        dropped = 0;
        table.visit(start, end, (page, frame, writable) -> {
            if (writable) {
                table.put(page, frame, false);
                dropped++;
            }
        });
        services().clock().advance(dropped * costs.command() + (dropped > 0 ? costs.sync() : 0));
        return dropped == 0 ? MmuNotifier.IGNORED : dropped;
    }

    // --- what it holds ---

    @Override
    int dropAll() {
        int all = table.size();
        if (keepsPages()) {
            table.visit(0, -1, (page, frame, writable) -> services().frames().unpin(frame));
        }
        table.clear();
        return all;
    }

    @Override
    public void visitHeld(Visitor visitor) {
        if (keepsPages()) {
            table.visit(0, -1, (page, frame, writable) -> visitor.holds(frame,
                    services().frames().referencesOfPin(frame)));
        }
    }

    @Override
    public void visitEntries(long start, long end, EntryVisitor visitor) {
        table.visit(start, end, visitor);
    }

    @Override
    public int entryCount() {
        return table.size();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("faults", faults);
        counters.put("collisions", fill.collisions());
        counters.put("invalidations", invalidations);
        counters.put("dropped", droppedEntries);
        counters.put("refusals", refusals);
        counters.put("intervals", (long) sequence.intervals());
        return counters;
    }
}
