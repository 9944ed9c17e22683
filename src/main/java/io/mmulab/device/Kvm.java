package io.mmulab.device;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.device.SecondStage.Answer;
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
    private final KvmNotifier notifier;
    private final DeviceCosts costs = DeviceCosts.KVM;
    private long faults;
    private long retries;
    private long zapped;

    Kvm(int id, String name, MmuServices services, MemorySlots slots) {
        super(id, name, services);
        this.slots = slots;
        this.rules = KvmRules.of(services.architecture());
        HvaToPfn hvaToPfn = new HvaToPfn(services, rules);
        this.secondStage = rules.tdpMmu() ? new TdpMmu(services, slots, hvaToPfn, invalidations)
                : new Stage2Tables(services, hvaToPfn, invalidations);
        this.notifier = new KvmNotifier(services, slots, secondStage, invalidations);
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
    public long reportedAddress(long address) {
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

    @Override
    public int invalidateRangeStart(MmuNotifierRange range) {
        int dropped = notifier.invalidateRangeStart(range, this::zapped);
        zapped += Math.max(dropped, 0);
        return dropped;
    }

    @Override
    public void invalidateRangeEnd(MmuNotifierRange range) {
        notifier.invalidateRangeEnd(range);
    }

    private void zapped(Slot slot, long page, int frame, boolean writable) {
        AddressSpace mm = boundTo();
        if (mm != null) {
            services().observer().entryDropped(this, mm, slot.toHost(page), frame, writable);
        }
    }

    @Override
    public int changePte(int mm, long address, long pte) {
        return notifier.changePte(mm, address, pte);
    }

    @Override
    public boolean clearFlushYoung(int mm, long start, long end) {
        return notifier.age(mm, start, end);
    }

    /** As {@link #clearFlushYoung}: KVM has no cheaper way. */
    @Override
    public boolean clearYoung(int mm, long start, long end) {
        return notifier.age(mm, start, end);
    }

    @Override
    public boolean testYoung(int mm, long address) {
        return notifier.testAge(mm, address);
    }

    /** Never called: KVM does not share the page table. */
    @Override
    public int invalidateSecondaryTlbs(int mm, long start, long end) {
        return IGNORED;
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
        slots.forEach(start, end, (slot, first, last) -> {
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
