package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.Map;

import io.mmulab.device.MemorySlots.Slot;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.MmuServices;

/**
 * A guest of KVM ({@code virt/kvm/kvm_main.c} and the architectures' {@code mmu.c}): it has page tables of its own, the
 * second stage, filled from the host's page table on a guest's fault and zapped in invalidate_range_start.
 *
 * <p>What keeps a fault that runs beside an invalidation from installing what is being taken away: the fault reads
 * {@code mmu_invalidate_seq}, gets the page from the host, and installs it only if no invalidation is in progress and none
 * has ended since; otherwise it starts again.
 *
 * <p>A guest's write to a read-only entry is a fault of the second stage, and each fault asks the host again. That is why
 * KVM does not need to hear of an upgrade, and why being told costs it a zap and a second fault.
 */
final class Kvm extends BoundDevice {
    /** More exits than any access needs while nobody invalidates; beyond it, the guest makes no progress. */
    private static final int MAX_FAULTS = 64;
    /** A slow get_user_pages that keeps finding the page gone again. */
    private static final int MAX_GUP_ATTEMPTS = 16;
    private static final long GUP_FAILED = Pte.NONE;

    private final Translations secondStage;
    private final MemorySlots slots;
    private final KvmRules rules;
    private final DeviceCosts costs = DeviceCosts.KVM;
    /** {@code mn_active_invalidate_count}: open windows, whether or not they touch a slot. */
    private int activeInvalidations;
    /** {@code mmu_invalidate_in_progress}: open windows that touch a slot. */
    private int inProgress;
    /** {@code mmu_invalidate_seq}. */
    private long sequence;
    private long faults;
    private long retries;
    private long zapped;
    private int dropped;

    Kvm(int id, String name, MmuServices services, MemorySlots slots) {
        super(id, name, services);
        this.slots = slots;
        this.rules = KvmRules.of(services.architecture());
        this.secondStage = new Translations(services.architecture().pageShift());
    }

    @Override
    public String model() {
        return DeviceModels.KVM;
    }

    // --- the guest ---

    @Override
    AccessStatus access(AddressSpace mm, long address, boolean write, byte value) {
        long page = address & -mm.pageSize();
        while (true) {
            services().current().get().step(Step.DEVICE_USE);
            services().clock().advance(costs.hit());
            long entry = secondStage.get(page);
            if (entry != Translations.MISS && (!write || Translations.isWritable(entry))) {
                use(mm, address, Translations.frame(entry), write, value);
                return AccessStatus.OK;
            }
            if (lastFaults() == MAX_FAULTS) {
                return AccessStatus.STUCK;
            }
            faulted();
            faults++;
            services().clock().advance(costs.fault());
            if (!handleFault(mm, page, write)) {
                return AccessStatus.INVALID;
            }
        }
    }

    private void use(AddressSpace mm, long address, int frame, boolean write, byte value) {
        services().observer().entryUsed(this, mm, slots.toHost(address), frame, write);
        if (write) {
            services().frames().markDirty(frame);
        }
        touch(frame, write, value);
    }

    @Override
    long reportedAddress(long address) {
        return slots.toHost(address);
    }

    /** {@code kvm_faultin_pfn} and the install; false if the guest cannot have the page. */
    private boolean handleFault(AddressSpace mm, long page, boolean write) {
        Slot slot = slots.find(page);
        if (slot == null) {
            if (!slots.canAdd(page, mm.taskSize())) {
                return false;
            }
            if (activeInvalidations > 0) {
                // a new slot waits until no invalidation runs (kvm_swap_active_memslots): none may miss it half-way
                retries++;
                return true;
            }
            slot = slots.add(page, mm.taskSize());
        }
        if (write && slot.readOnly()) {
            return false;
        }
        long seen = sequence;
        long pte = getUserPage(mm, slot.toHost(page), write);
        if (pte == GUP_FAILED || boundTo() == null) {
            return false;
        }
        services().current().get().step(Step.DEVICE_FILL);
        services().clock().advance(costs.walk());
        if (inProgress > 0 || sequence != seen) {
            retries++;
            return true;
        }
        secondStage.put(page, Pte.frame(pte), Pte.write(pte) && !slot.readOnly());
        return true;
    }

    /**
     * {@code hva_to_pfn}: the fast path takes a present entry, old or young, if it is writable or the guest reads; else the
     * host faults the page in. A read maps the page writable where the host's entry is so already.
     */
    private long getUserPage(AddressSpace mm, long hostPage, boolean write) {
        for (int attempt = 0; attempt < MAX_GUP_ATTEMPTS; attempt++) {
            long pte = services().pageTables().get(mm, hostPage);
            if (Pte.valid(pte) && (!write || Pte.write(pte))) {
                return pte;
            }
            if (VmFault.isError(services().faults().device(mm, hostPage, write))) {
                return GUP_FAILED;
            }
        }
        return GUP_FAILED;
    }

    @Override
    public boolean cachesAsWritable(long pte) {
        return Pte.write(pte);
    }

    /** A write to a read-only entry asks the host again. */
    @Override
    public boolean needsUpgradeInvalidation() {
        return false;
    }

    // --- the notifier ---

    @Override
    public boolean hasRangeOps() {
        return true;
    }

    @Override
    public boolean hasSecondaryTlbOp() {
        return false;
    }

    @Override
    public boolean hasChangePte() {
        return true;
    }

    /** {@code kvm_mmu_notifier_invalidate_range_start}: whatever the event says. */
    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        activeInvalidations++;
        if (!touchesSlot(range)) {
            return IGNORED;
        }
        inProgress++;
        dropped = 0;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            visit(slot, range.start(), range.end(), (page, frame, writable) -> zap(slot, page, frame, writable));
        }
        if (dropped > 0) {
            services().clock().advance(dropped * costs.command() + costs.sync());
        }
        return dropped;
    }

    /** {@code kvm_mmu_notifier_invalidate_range_end}. Slots do not change while a window is open. */
    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {
        if (touchesSlot(range)) {
            sequence++;
            inProgress--;
        }
        activeInvalidations--;
    }

    private boolean touchesSlot(MmuNotifierRange range) {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.at(i).overlapsHost(range.start(), range.end())) {
                return true;
            }
        }
        return false;
    }

    private void zap(Slot slot, long page, int frame, boolean writable) {
        secondStage.remove(page);
        dropped++;
        zapped++;
        AddressSpace mm = boundTo();
        if (mm != null) {
            services().observer().entryDropped(this, mm, slot.toHost(page), frame, writable);
        }
    }

    /** {@code kvm_mmu_notifier_change_pte}: nothing unless a window is open over a slot. The new entry is read-only. */
    @Override
    public int changePte(int mm, long address, long pte) {
        int replaced = 0;
        if (inProgress == 0) {
            return replaced;
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            if (slot.overlapsHost(address, address + 1)) {
                long page = slot.toGuest(address);
                if (rules.changePteMapsAbsent() || secondStage.get(page) != Translations.MISS) {
                    secondStage.put(page, Pte.frame(pte), false);
                    replaced = 1;
                }
            }
        }
        return replaced;
    }

    /** Never called: KVM does not share the page table. */
    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        return IGNORED;
    }

    @Override
    int dropAll() {
        int all = secondStage.size();
        secondStage.clear();
        return all;
    }

    /** By host virtual address, slot by slot: the addresses of the bound address space. */
    @Override
    public void visitEntries(long start, long end, EntryVisitor visitor) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            visit(slot, start, end, (page, frame, writable) -> visitor.entry(slot.toHost(page), frame, writable));
        }
    }

    /** Visits, by guest address, what the slot maps of a range of host addresses. */
    private void visit(Slot slot, long start, long end, EntryVisitor visitor) {
        if (slot.overlapsHost(start, end)) {
            long slotEnd = slot.hostAddress() + slot.length();
            long from = Math.max(start, slot.hostAddress());
            long to = Long.compareUnsigned(end, slotEnd) < 0 ? end : slotEnd;
            secondStage.visit(slot.toGuest(from), slot.toGuest(to), visitor);
        }
    }

    @Override
    public int entryCount() {
        return secondStage.size();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("faults", faults);
        counters.put("retries", retries);
        counters.put("zapped", zapped);
        counters.put("slots", (long) slots.size());
        return counters;
    }
}
