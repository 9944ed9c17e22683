package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.device.MemorySlots.Slot;
import io.mmulab.device.SecondStage.Answer;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.AccessStatus;
import io.mmulab.kernel.secondary.MemoryRegion;
import io.mmulab.kernel.secondary.MmuServices;

/**
 * A guest of KVM ({@code virt/kvm/kvm_main.c} and the architectures' {@code mmu.c}): it has page tables of its own, the
 * {@linkplain SecondStage second stage}, filled from the host's page table on a guest's fault and zapped in
 * invalidate_range_start.
 *
 * <p>What keeps a fault that runs beside an invalidation from installing what is being taken away: see
 * {@link Invalidations}.
 *
 * <p>A guest's write to a read-only entry is a fault of the second stage, and each fault asks the host again. That is why
 * KVM does not need to hear of an upgrade, and why being told costs it a zap and a second fault.
 */
final class Kvm extends BoundDevice {
    /** More exits than any access needs while nobody invalidates; beyond it, the guest makes no progress. */
    private static final int MAX_FAULTS = 64;
    private static final int EIO = 5;

    private final MemorySlots slots;
    private final KvmRules rules;
    private final Invalidations invalidations = new Invalidations();
    private final SecondStage secondStage;
    private final DeviceCosts costs = DeviceCosts.KVM;
    private long faults;
    private long retries;
    private long zapped;
    private int dropped;

    Kvm(int id, String name, MmuServices services, MemorySlots slots) {
        super(id, name, services);
        this.slots = slots;
        this.rules = KvmRules.of(services.architecture());
        HvaToPfn hvaToPfn = new HvaToPfn(services, rules);
        this.secondStage = rules.tdpMmu() ? new TdpMmu(services, slots, hvaToPfn, invalidations)
                : new Stage2Tables(services, hvaToPfn, invalidations);
    }

    @Override
    public String model() {
        return DeviceModels.KVM;
    }

    // --- the guest ---

    @Override
    AccessStatus access(AddressSpace mm, long address, boolean write, byte value) {
        long page = address & -mm.pageSize();
        if (Long.compareUnsigned(address, SecondStage.ADDRESSES) >= 0) {
            return nowhere();
        }
        while (true) {
            services().current().get().step(Step.DEVICE_USE);
            services().clock().advance(costs.hit());
            long entry = secondStage.lookup(page);
            if (SecondStage.permits(entry, write)) {
                secondStage.used(page, entry, write);
                services().observer().entryUsed(this, mm, slots.toHost(address), Pte.frame(entry), write);
                touch(Pte.frame(entry), write, value);
                return AccessStatus.OK;
            }
            if (lastFaults() == MAX_FAULTS) {
                return AccessStatus.STUCK;
            }
            faulted();
            faults++;
            services().clock().advance(costs.fault());
            Answer answer = handleFault(mm, page, write, entry);
            if (answer != Answer.AGAIN) {
                return status(answer);
            }
        }
    }

    /** No slot has the address, and none can. */
    private AccessStatus nowhere() {
        return slots.areIdentity() ? AccessStatus.INVALID : AccessStatus.MMIO;
    }

    private static AccessStatus status(Answer answer) {
        return switch (answer) {
            case AGAIN -> AccessStatus.OK;
            case MMIO -> AccessStatus.MMIO;
            case FAULT -> AccessStatus.INVALID;
            case HWPOISON -> AccessStatus.HWPOISON;
        };
    }

    @Override
    long reportedAddress(long address) {
        return slots.toHost(address);
    }

    private Answer handleFault(AddressSpace mm, long page, boolean write, long entry) {
        Slot slot = slots.find(page);
        if (slot == null && slots.canAdd(page, mm.taskSize())) {
            if (invalidations.anyActive()) {
                // a new slot waits until no invalidation runs (kvm_swap_active_memslots): none may miss it half-way
                retries++;
                return Answer.AGAIN;
            }
            slot = slots.add(page, mm.taskSize());
        }
        if (slot == null && slots.areIdentity()) {
            return Answer.FAULT;
        }
        long seen = invalidations.sequence();
        Answer answer = secondStage.fault(mm, slot, page, write, entry);
        services().current().get().step(Step.DEVICE_FILL);
        services().clock().advance(costs.walk());
        if (invalidations.retry(seen)) {
            retries++;
        }
        return boundTo() == null ? Answer.FAULT : answer;
    }

    /** KVM_RUN is a system call of the process. */
    @Override
    public boolean runsInProcess() {
        return true;
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

    // --- memory slots ---

    @Override
    public int setMemoryRegion(MemoryRegion region) {
        AddressSpace mm = boundTo();
        if (mm == null) {
            return -EIO;
        }
        int error = slots.check(region, mm.pageSize(), mm.taskSize(), rules);
        if (error != 0) {
            return error;
        }
        Slot old = slots.byId(region.slot());
        boolean leavesItsPlace = old != null && (region.length() == 0 || old.guestAddress() != region.guestAddress());
        if (old != null && leavesItsPlace) {
            secondStage.flushSlot(old);
            slots.remove(old.id());
        }
        if (region.length() != 0 && !isAsItWas(old, region)) {
            secondStage.commitSlot(slots.set(region));
        }
        return 0;
    }

    private static boolean isAsItWas(@Nullable Slot old, MemoryRegion region) {
        return old != null && old.guestAddress() == region.guestAddress() && old.logDirty() == region.logDirty();
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

    @Override
    public boolean hasYoungOps() {
        return true;
    }

    /** {@code kvm_mmu_notifier_invalidate_range_start}: whatever the event says. */
    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        trace(Tracepoint.KVM_UNMAP_HVA_RANGE, range.mm(), range.start(), range.end());
        boolean touchesSlot = touchesSlot(range.start(), range.end());
        invalidations.begin(touchesSlot);
        if (!touchesSlot) {
            return IGNORED;
        }
        dropped = 0;
        forEachSlot(range.start(), range.end(), (slot, start, end) -> secondStage.unmap(start, end,
                (page, frame, writable) -> zap(slot, page, frame, writable)));
        if (dropped > 0) {
            services().clock().advance(dropped * costs.command() + costs.sync());
        }
        return dropped;
    }

    /** {@code kvm_mmu_notifier_invalidate_range_end}. Slots do not change while a window is open. */
    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {
        invalidations.end(touchesSlot(range.start(), range.end()));
    }

    private void zap(Slot slot, long page, int frame, boolean writable) {
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
        trace(Tracepoint.KVM_SET_SPTE_HVA, mm, address, address + 1);
        int replaced = 0;
        for (int i = 0; invalidations.inProgress() && i < slots.size(); i++) {
            Slot slot = slots.at(i);
            if (slot.overlapsHost(address, address + 1) && secondStage.changePte(slot.toGuest(address), pte)) {
                replaced = 1;
            }
        }
        return replaced;
    }

    @Override
    public boolean clearFlushYoung(int mm, long start, long end) {
        trace(Tracepoint.KVM_AGE_HVA, mm, start, end);
        boolean young = false;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            young |= slot.overlapsHost(start, end)
                    && secondStage.age(slot.firstGuest(start), slot.lastGuest(end));
        }
        return young;
    }

    @Override
    public boolean clearYoung(int mm, long start, long end) {
        return clearFlushYoung(mm, start, end);
    }

    @Override
    public boolean testYoung(int mm, long address) {
        trace(Tracepoint.KVM_TEST_AGE_HVA, mm, address, address + 1);
        boolean young = false;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            young |= slot.overlapsHost(address, address + 1)
                    && secondStage.testAge(slot.firstGuest(address), slot.lastGuest(address + 1));
        }
        return young;
    }

    private void trace(Tracepoint point, int mm, long start, long end) {
        services().tracer().call(point, mm, start, end);
    }

    /** Never called: KVM does not share the page table. */
    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        return IGNORED;
    }

    private boolean touchesSlot(long start, long end) {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.at(i).overlapsHost(start, end)) {
                return true;
            }
        }
        return false;
    }

    /** Part of a slot, in guest addresses. */
    @FunctionalInterface
    private interface SlotRange {
        void visit(Slot slot, long start, long end);
    }

    /** {@code kvm_handle_hva_range}. */
    private void forEachSlot(long start, long end, SlotRange visitor) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            if (slot.overlapsHost(start, end)) {
                visitor.visit(slot, slot.firstGuest(start), slot.lastGuest(end));
            }
        }
    }

    // --- what it holds ---

    @Override
    int dropAll() {
        int all = secondStage.leaves();
        secondStage.flushAll();
        return all;
    }

    /** By host virtual address, slot by slot: the addresses of the bound address space. */
    @Override
    public void visitEntries(long start, long end, EntryVisitor visitor) {
        forEachSlot(start, end, (slot, first, last) -> {
            for (long at = secondStage.next(first, last); at < last; at =
                    secondStage.next(at + secondStage.pageSize(), last)) {
                long entry = secondStage.lookup(at);
                if (Pte.valid(entry)) {
                    visitor.entry(slot.toHost(at), Pte.frame(entry), Pte.write(entry));
                }
            }
        });
    }

    @Override
    public int entryCount() {
        return secondStage.leaves();
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
