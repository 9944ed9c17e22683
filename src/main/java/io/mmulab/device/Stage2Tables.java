package io.mmulab.device;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.vma.VmOperations;
import io.mmulab.kernel.vma.Vma;

/**
 * Stage 2 of arm64 ({@code arch/arm64/kvm/mmu.c} over {@code hyp/pgtable.c}). A table that has lost its last entry is freed
 * at once.
 */
final class Stage2Tables extends SecondStage {
    private static final int BLOCK = 1;
    private static final long PROT_R = 1;
    private static final long PROT_W = 2;

    private final HvaToPfn hvaToPfn;
    private final Invalidations invalidations;
    private final boolean agesByMkold;
    private final boolean marksTwice;
    private final boolean marksOnlyUsed;

    Stage2Tables(MmuServices services, HvaToPfn hvaToPfn, Invalidations invalidations) {
        super(services);
        this.hvaToPfn = hvaToPfn;
        this.invalidations = invalidations;
        this.marksTwice = services.version().has(VersionRule.KVM_MARKS_ACCESSED_TWICE);
        this.marksOnlyUsed = services.version().has(VersionRule.KVM_MARKS_PAGES_ON_FAULT);
        this.agesByMkold = services.version().has(VersionRule.KVM_AGES_BY_MKOLD);
    }

    /** {@code kvm_handle_guest_abort}. */
    @Override
    Answer fault(AddressSpace mm, @Nullable Slot slot, long page, boolean write, long entry) {
        boolean permission = Pte.valid(entry);
        trace(Tracepoint.KVM_GUEST_FAULT, page, page + pageSize(), 0,
                (write ? "WRITE " : "READ ") + (permission ? "permission" : "translation"));
        if (slot == null || (write && slot.readOnly())) {
            return Answer.MMIO;
        }
        return userMemAbort(mm, slot, page, write, permission ? span(Pte.level(entry)) : 0);
    }

    /**
     * {@code user_mem_abort}.
     *
     * @param granule bytes that the entry maps which does not permit the access; 0 if there is none
     */
    private Answer userMemAbort(AddressSpace mm, Slot slot, long page, boolean write, long granule) {
        Vma vma = mm.vmas().lookup(slot.toHost(page));
        if (vma == null) {
            return Answer.FAULT;
        }
        long block = vmaPageSize(slot, vma, page);
        long seen = invalidations.sequence();
        int frame = hvaToPfn.faultin(mm, slot, slot.toHost(page & -block), write);
        if (frame < 0) {
            return frame == HvaToPfn.HWPOISON ? Answer.HWPOISON : Answer.FAULT;
        }
        if (!mm.isAlive()) {
            return Answer.FAULT;
        }
        boolean writable = hvaToPfn.isWritable() && (!slot.logDirty() || write);
        boolean stale = invalidations.retry(seen);
        if (!stale) {
            install(mm, slot, page, block, granule, frame, writable);
        }
        release(frame, stale);
        return Answer.AGAIN;
    }

    /** The page counts as used, since 6.13 only if it is. */
    private void release(int frame, boolean unused) {
        if (marksOnlyUsed && unused) {
            return;
        }
        if (marksTwice) {
            markAccessed(frame);
        }
        markAccessed(frame);
    }

    /** What the VMA says of its pages: those of hugetlb are mapped whole, if the slot allows it. */
    private long vmaPageSize(Slot slot, Vma vma, long page) {
        VmOperations hugetlb = vma.vmOperations();
        long size = hugetlb == null || slot.logDirty() ? pageSize() : hugetlb.pageSize();
        int level = BLOCK + 1;
        while (level > 0 && (size < span(level) || !slot.allowsBlock(page, span(level)))) {
            level--;
        }
        return span(level);
    }

    /**
     * Maps the page, or lets its entry permit more.
     *
     * @param block bytes to map at least: more than a page in hugetlb VMAs
     */
    private void install(AddressSpace mm, Slot slot, long page, long block, long granule, int frame,
            boolean writable) {
        long size = block;
        long at = page & -block;
        int first = frame;
        if (block == pageSize() && !slot.logDirty()) {
            if (granule > pageSize()) {
                size = granule;
            } else if (slot.allowsBlock(page, span(BLOCK)) && hostLevel(mm, slot.toHost(page)) >= BLOCK) {
                // transparent_hugepage_adjust
                size = span(BLOCK);
                at = page & -size;
                first = frame - (int) ((page - at) / pageSize());
            }
        }
        long prot = PROT_R | (writable ? PROT_W : 0);
        if (granule == size) {
            trace(Tracepoint.KVM_STAGE2_RELAX_PERMS, at, at + pageSize(), prot, "");
            relaxPerms(at, writable);
        } else {
            trace(Tracepoint.KVM_STAGE2_MAP, at, at + size, prot, "");
            map(at, level(size), first, writable);
        }
        if (writable) {
            markDirty(first);
        }
    }

    private int level(long size) {
        int level = 0;
        while (span(level) < size) {
            level++;
        }
        return level;
    }

    /** {@code kvm_pgtable_stage2_relax_perms}. */
    private void relaxPerms(long page, boolean writable) {
        long entry = lookup(page);
        long leaf = leaf(page, entry) | Pte.ACCESSED | (writable ? Pte.WRITE : 0);
        table().setEntry(base(page, entry), Pte.level(entry), leaf);
    }

    /** {@code kvm_pgtable_stage2_map}: replaces whatever is there. */
    private void map(long at, int level, int frame, boolean writable) {
        removeAll(at, at + span(level), Dropped.UNHEARD);
        put(at, level, frame, Pte.PRESENT | Pte.ACCESSED | (writable ? Pte.WRITE : 0));
    }

    @Override
    void unmap(long start, long end, Dropped dropped) {
        trace(Tracepoint.KVM_STAGE2_UNMAP, start, end, 0, "");
        removeAll(start, end, dropped);
    }

    private void removeAll(long start, long end, Dropped dropped) {
        for (long at = next(start, end); at < end; at = next(at, end)) {
            remove(at, dropped);
        }
        for (long at = start; at < end; at = (at & -span(BLOCK)) + span(BLOCK)) {
            freeIfEmpty(at);
        }
    }

    /** A walk that passes a table without entries frees it. */
    private void freeIfEmpty(long at) {
        if (table().hasLeaf(at)) {
            long base = at & -span(BLOCK);
            long end = base + span(BLOCK);
            if (next(base, end) >= end) {
                table().detachLeafTable(at);
            }
        }
    }

    /** {@code kvm_pgtable_stage2_mkold}, later {@code kvm_pgtable_stage2_test_clear_young}. */
    @Override
    boolean age(long start, long end) {
        if (agesByMkold) {
            trace(Tracepoint.KVM_STAGE2_MKOLD, start, start + pageSize(), 0, "");
        }
        boolean young = false;
        for (long at = next(start, end); at < end; at = next(after(at), end)) {
            long entry = lookup(at);
            if (Pte.young(entry)) {
                young = true;
                table().setEntry(base(at, entry), Pte.level(entry), Pte.mkold(leaf(at, entry)));
            }
        }
        return young;
    }

    /**
     * {@code kvm_set_spte_gfn} before 6.10: maps the new page read-only. It brings no memory for tables: where the last
     * entry of a table has gone in start, the map fails and the guest will fault.
     */
    @Override
    boolean changePte(long page, long pte) {
        trace(Tracepoint.KVM_STAGE2_MAP, page, page + pageSize(), PROT_R, "");
        if (!table().hasLeaf(page)) {
            return false;
        }
        map(page, 0, Pte.frame(pte), false);
        return true;
    }

    @Override
    void flushSlot(Slot slot) {
        unmap(slot.guestAddress(), slot.guestEnd(), Dropped.UNHEARD);
    }

    /** {@code kvm_mmu_wp_memory_region}, if the slot logs. */
    @Override
    void commitSlot(Slot slot) {
        if (!slot.logDirty()) {
            return;
        }
        trace(Tracepoint.KVM_STAGE2_WRPROTECT, slot.guestAddress(), slot.guestEnd(), 0, "");
        long end = slot.guestEnd();
        for (long at = next(slot.guestAddress(), end); at < end; at = next(after(at), end)) {
            long entry = lookup(at);
            table().setEntry(base(at, entry), Pte.level(entry), Pte.wrprotect(leaf(at, entry)));
        }
    }

    /** {@code kvm_free_stage2_pgd}. */
    @Override
    void flushAll() {
        replaceTable();
    }
}
