package io.mmulab.device;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.MmuServices;

/**
 * The TDP MMU of x86-64 ({@code arch/x86/kvm/mmu/tdp_mmu.c}). Tables stay until the root is zapped, which a slot's deletion
 * does, for all slots. An address without memory gets an entry of its own, which holds until the slots change.
 */
final class TdpMmu extends SecondStage {
    private static final int LARGEST_LEVEL = 2;

    private final MemorySlots slots;
    private final HvaToPfn hvaToPfn;
    private final Invalidations invalidations;
    private final SpteChanges changes;
    private final RootZap zap;
    private final boolean cleanAfterMmio;
    private final boolean marksOnFault;

    TdpMmu(MmuServices services, MemorySlots slots, HvaToPfn hvaToPfn, Invalidations invalidations) {
        super(services);
        this.slots = slots;
        this.hvaToPfn = hvaToPfn;
        this.invalidations = invalidations;
        this.changes = new SpteChanges(services);
        this.zap = new RootZap(this, changes, services.version());
        this.cleanAfterMmio = services.version().has(VersionRule.KVM_SPTE_AFTER_MMIO_IS_CLEAN);
        this.marksOnFault = services.version().has(VersionRule.KVM_MARKS_PAGES_ON_FAULT);
    }

    // --- entries without memory ---

    private static long mmio(long generation) {
        return Pte.of((int) generation, Pte.MARKER);
    }

    static boolean isMmio(long entry) {
        return Pte.kind(entry) == Pte.MARKER && !Pte.present(entry);
    }

    // --- faults ---

    /** {@code npf_interception}, {@code kvm_mmu_page_fault}. */
    @Override
    Answer fault(AddressSpace mm, @Nullable Slot slot, long page, boolean write, long entry) {
        trace(Tracepoint.KVM_PAGE_FAULT, page, page + pageSize(), 0, errorCode(entry, write));
        if (entry == mmio(slots.generation())) {
            return Answer.MMIO;
        }
        if (slot == null) {
            noteMmio(page, entry);
            return Answer.MMIO;
        }
        if (write && slot.readOnly()) {
            return Answer.MMIO;
        }
        return tdpPageFault(mm, slot, page, write);
    }

    private static String errorCode(long entry, boolean write) {
        return (Pte.valid(entry) ? "P|" : "") + (write ? "W|" : "") + "U" + (isMmio(entry) ? "|RSVD" : "");
    }

    private void noteMmio(long page, long entry) {
        long noted = mmio(slots.generation());
        changes.report(page, 0, entry, noted);
        table().set(page, noted);
    }

    /** {@code kvm_tdp_mmu_page_fault}. */
    private Answer tdpPageFault(AddressSpace mm, Slot slot, long page, boolean write) {
        long seen = invalidations.sequence();
        int frame = hvaToPfn.faultin(mm, slot, slot.toHost(page), write);
        if (frame < 0) {
            return frame == HvaToPfn.HWPOISON ? Answer.HWPOISON : Answer.FAULT;
        }
        if (!mm.isAlive()) {
            return Answer.FAULT;
        }
        boolean stale = invalidations.retry(seen);
        if (!stale) {
            map(mm, slot, page, frame);
        }
        finish(frame, stale);
        return Answer.AGAIN;
    }

    /** {@code kvm_mmu_finish_page_fault}; before 6.13 {@code kvm_release_pfn_clean}, whatever came of the fault. */
    private void finish(int frame, boolean unused) {
        if (marksOnFault && unused) {
            return;
        }
        if (marksOnFault && hvaToPfn.isWritable()) {
            markDirty(frame);
        }
        markAccessed(frame);
    }

    /** {@code kvm_tdp_mmu_map}. */
    private void map(AddressSpace mm, Slot slot, long page, int frame) {
        int level = mappingLevel(mm, slot, page);
        long base = page & -span(level);
        int first = frame - (int) ((page - base) / pageSize());
        long old = table().entry(page, level);
        boolean wasTable = (old & Pte.TABLE) != 0;
        long bits = Pte.PRESENT | Pte.ACCESSED;
        if (hvaToPfn.isWritable()) {
            bits |= Pte.WRITE | (isMmio(old) && cleanAfterMmio ? 0 : Pte.DIRTY);
        }
        long entry = level == 0 ? Pte.of(first, bits) : Pte.huge(first, level, bits);
        if (entry == old) {
            return;
        }
        if (wasTable) {
            zap.replaceTable(base, level, entry);
        } else {
            splitAbove(page, level);
            changes.report(base, level, old, entry);
            if (Pte.valid(old)) {
                remove(base, Dropped.UNHEARD);
            }
        }
        put(base, level, first, bits);
    }

    /** A huge entry in the way of smaller ones goes. */
    private void splitAbove(long page, int level) {
        long seen = table().get(page);
        if (Pte.valid(seen) && Pte.level(seen) > level) {
            zapLeaf(page, Dropped.UNHEARD);
        }
    }

    /** {@code kvm_mmu_hugepage_adjust}: as large as the slot allows and the host maps. */
    private int mappingLevel(AddressSpace mm, Slot slot, long page) {
        if (slot.logDirty()) {
            return 0;
        }
        int level = LARGEST_LEVEL;
        while (level > 0 && !slot.allowsBlock(page, span(level))) {
            level--;
        }
        return level == 0 ? 0 : Math.min(level, hostLevel(mm, slot.toHost(page)));
    }

    // --- the notifier ---

    /** {@code tdp_mmu_zap_leafs}: whole entries, also those that are only partly in the range. */
    @Override
    void unmap(long start, long end, Dropped dropped) {
        long at = next(start, end);
        while (at < end) {
            long following = after(at);
            if (Pte.valid(table().get(at))) {
                zapLeaf(at, dropped);
            }
            at = next(following, end);
        }
    }

    /** The leaf that holds an address becomes none; the page behind it is dirty if the entry was. */
    void zapLeaf(long at, Dropped dropped) {
        long seen = table().get(at);
        long leaf = leaf(at, seen);
        changes.report(base(at, seen), Pte.level(seen), leaf, Pte.NONE);
        takenOut(leaf);
        remove(at, dropped);
    }

    /** A table of entries is gone, with what they still mapped; it has been reported. */
    void discardTable(long base, int level) {
        if (level > 1) {
            return;
        }
        long end = base + span(level);
        long at = next(base, end);
        while (at < end) {
            remove(at, Dropped.UNHEARD);
            at = next(at, end);
        }
        table().detachLeafTable(base);
    }

    /** {@code handle_changed_spte} of a leaf that goes: what the hardware noted in it is passed on to the page. */
    void takenOut(long leaf) {
        if (marksOnFault) {
            return;
        }
        if (Pte.dirty(leaf)) {
            markDirty(Pte.frame(leaf));
        }
        if (Pte.young(leaf)) {
            markAccessed(Pte.frame(leaf));
        }
    }

    @Override
    boolean age(long start, long end) {
        boolean young = false;
        for (long at = next(start, end); at < end; at = next(after(at), end)) {
            long entry = table().get(at);
            if (Pte.valid(entry) && Pte.young(entry)) {
                long leaf = leaf(at, entry);
                changes.report(base(at, entry), Pte.level(entry), leaf, Pte.mkold(leaf));
                table().setEntry(base(at, entry), Pte.level(entry), Pte.mkold(leaf));
                young = true;
            }
        }
        return young;
    }

    /** {@code set_spte_gfn} before 6.10: replaces an entry, and start has left none. */
    @Override
    boolean changePte(long page, long pte) {
        long old = table().entry(page, 0);
        if (!Pte.valid(old)) {
            return false;
        }
        zapLeaf(page, Dropped.UNHEARD);
        if (!Pte.write(pte)) {
            long bits = Pte.PRESENT;
            changes.report(page, 0, Pte.NONE, Pte.of(Pte.frame(pte), bits));
            put(page, 0, Pte.frame(pte), bits);
        }
        return true;
    }

    // --- slots ---

    /** {@code kvm_mmu_zap_all_fast}: the root of the guest goes, with the entries of all slots. */
    @Override
    void flushSlot(Slot slot) {
        zap.everything(true);
        replaceTable();
    }

    /** Nothing is mapped through a new slot, and what is mapped follows the slot's flags from the next fault on. */
    @Override
    void commitSlot(Slot slot) {}

    /** {@code kvm_mmu_zap_all}. */
    @Override
    void flushAll() {
        zap.everything(false);
        replaceTable();
    }
}
