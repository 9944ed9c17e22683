package io.mmulab.device;

import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.notifier.MmuNotifier;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.secondary.MmuServices;

/**
 * KVM's side of the notifier ({@code kvm_mmu_notifier_ops} of {@code virt/kvm/kvm_main.c}): looks for the slots that lie
 * over a range of host addresses, and hands on what each of them has there, in guest addresses. Each call is traced,
 * whether or not there is a slot.
 */
final class KvmNotifier {
    private final MmuServices services;
    private final MemorySlots slots;
    private final SecondStage secondStage;
    private final Invalidations invalidations;
    private final DeviceCosts costs = DeviceCosts.KVM;
    private int dropped;

    KvmNotifier(MmuServices services, MemorySlots slots, SecondStage secondStage, Invalidations invalidations) {
        this.services = services;
        this.slots = slots;
        this.secondStage = secondStage;
        this.invalidations = invalidations;
    }

    /** Told of each entry that an invalidation has taken away. */
    @FunctionalInterface
    interface Zapped {
        void entry(Slot slot, long page, int frame, boolean writable);
    }

    /**
     * {@code kvm_mmu_notifier_invalidate_range_start}: whatever the event says.
     *
     * @return entries dropped, or {@link MmuNotifier#IGNORED} if no slot is there
     */
    int invalidateRangeStart(MmuNotifierRange range, Zapped zapped) {
        trace(Tracepoint.KVM_UNMAP_HVA_RANGE, range.mm(), range.start(), range.end());
        boolean touchesSlot = slots.overlapHost(range.start(), range.end());
        invalidations.begin(touchesSlot);
        if (!touchesSlot) {
            return MmuNotifier.IGNORED;
        }
        dropped = 0;
        slots.forEach(range.start(), range.end(), (slot, start, end) -> secondStage.unmap(start, end,
                (page, frame, writable) -> {
                    dropped++;
                    zapped.entry(slot, page, frame, writable);
                }));
        if (dropped > 0) {
            services.clock().advance(dropped * costs.command() + costs.sync());
        }
        return dropped;
    }

    /** {@code kvm_mmu_notifier_invalidate_range_end}. Slots do not change while a window is open. */
    void invalidateRangeEnd(MmuNotifierRange range) {
        invalidations.end(slots.overlapHost(range.start(), range.end()));
    }

    /**
     * {@code kvm_mmu_notifier_change_pte}: nothing unless a window is open over a slot. The new entry is read-only.
     *
     * @return entries replaced
     */
    int changePte(int mm, long address, long pte) {
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

    /** {@code kvm_mmu_notifier_clear_flush_young} and {@code kvm_mmu_notifier_clear_young}: whether the guest used it. */
    boolean age(int mm, long start, long end) {
        trace(Tracepoint.KVM_AGE_HVA, mm, start, end);
        boolean young = false;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.at(i);
            young |= slot.overlapsHost(start, end) && secondStage.age(slot.firstGuest(start), slot.lastGuest(end));
        }
        return young;
    }

    /** {@code kvm_mmu_notifier_test_young}. */
    boolean testAge(int mm, long address) {
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
        services.tracer().call(point, mm, start, end);
    }
}
