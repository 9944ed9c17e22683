package io.mmulab.device;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.MmuServices;

/**
 * A guest's second-stage page table: guest physical addresses to frames. What is common to the architectures is here; how
 * each fills and clears it, and what its kernel functions report, is in the subclasses.
 *
 * <p>Entries have the form of {@link Pte}: PRESENT, WRITE, ACCESSED and DIRTY are used.
 */
abstract class SecondStage {
    /** Guest addresses have as many bits as four levels of 4 KiB tables hold. */
    static final long ADDRESSES = 1L << 48;
    private static final int LEVELS = 4;

    private final MmuServices services;
    private final int pageShift;
    private final long pageSize;
    private PageTable table;
    private int leaves;

    /** How a guest's fault was answered. */
    enum Answer {
        /** The access can be repeated: the entry is there, or may be next time. */
        AGAIN,
        /** User space is to emulate the access. */
        MMIO,
        /** The host does not let the guest have the page: {@code -EFAULT}. */
        FAULT,
        /** The page's memory has failed. */
        HWPOISON
    }

    /** Hears of base pages that leave the table. */
    @FunctionalInterface
    interface Dropped {
        /** Nobody wants to know. */
        Dropped UNHEARD = (page, frame, writable) -> {};

        /** The page at a guest address. */
        void page(long page, int frame, boolean writable);
    }

    SecondStage(MmuServices services) {
        this.services = services;
        this.pageShift = services.architecture().pageShift();
        this.pageSize = services.architecture().pageSize();
        this.table = newTable();
    }

    final PageTable newTable() {
        int[] bits = new int[LEVELS];
        Arrays.fill(bits, services.architecture().paging().levelBits().getFirst());
        return new PageTable(pageShift, bits);
    }

    // --- what the hardware does ---

    /** The entry that a guest's access meets; within a huge page as seen from this base page. */
    final long lookup(long page) {
        return table.get(page);
    }

    static boolean permits(long entry, boolean write) {
        return Pte.valid(entry) && (!write || Pte.write(entry));
    }

    /** The access goes through: the hardware notes that the page was used, and whether it was written. */
    final void used(long page, long entry, boolean write) {
        long noted = Pte.mkyoung(write ? Pte.mkdirty(entry) : entry);
        if (noted != entry) {
            long leaf = leaf(page, entry);
            table.setEntry(base(page, entry), Pte.level(entry), Pte.mkyoung(write ? Pte.mkdirty(leaf) : leaf));
        }
    }

    // --- what KVM does ---

    /** A guest's access that the entry does not permit. */
    abstract Answer fault(AddressSpace mm, @Nullable Slot slot, long page, boolean write, long entry);

    /** {@code kvm_unmap_gfn_range}: no entry of {@code [start, end)} stays. */
    abstract void unmap(long start, long end, Dropped dropped);

    /** {@code kvm_age_gfn}: entries of {@code [start, end)} become old; whether one was young. */
    abstract boolean age(long start, long end);

    /** {@code kvm_set_spte_gfn}: change_pte of the page. Returns whether an entry now points to it. */
    abstract boolean changePte(long page, long pte);

    /** {@code kvm_arch_flush_shadow_memslot}: a slot goes, or moves. */
    abstract void flushSlot(Slot slot);

    /** {@code kvm_arch_commit_memory_region}: a slot is there, or has other flags. */
    abstract void commitSlot(Slot slot);

    /** {@code kvm_arch_flush_shadow_all}: the guest will not run again. */
    abstract void flushAll();

    /** {@code kvm_test_age_gfn}: whether an entry of {@code [start, end)} is young. */
    final boolean testAge(long start, long end) {
        for (long at = next(start, end); at < end; at = next(after(at), end)) {
            long entry = table.get(at);
            if (Pte.valid(entry) && Pte.young(entry)) {
                return true;
            }
        }
        return false;
    }

    // --- the table ---

    final MmuServices services() {
        return services;
    }

    final Frames frames() {
        return services.frames();
    }

    final Tracer tracer() {
        return services.tracer();
    }

    final PageTable table() {
        return table;
    }

    final long pageSize() {
        return pageSize;
    }

    /** Guest pages or blocks that are mapped. */
    final int leaves() {
        return leaves;
    }

    final void replaceTable() {
        table = newTable();
        leaves = 0;
    }

    /** The first address from {@code start} on that has an entry; {@code end} or beyond if there is none. */
    final long next(long start, long end) {
        return start >= end ? end : table.nextEntry(start, Math.min(end, ADDRESSES));
    }

    /** What follows the leaf that holds an address. */
    final long after(long at) {
        long span = span(Pte.level(table.get(at)));
        return (at & -span) + span;
    }

    /** Bytes that an entry of a level maps. */
    final long span(int level) {
        return 1L << table.levelShift(level);
    }

    final long base(long page, long entry) {
        return page & -span(Pte.level(entry));
    }

    /** The leaf as it stands in the table, of what {@link #lookup} showed of it. */
    final long leaf(long page, long entry) {
        return table.entry(page, Pte.level(entry));
    }

    /** Writes a leaf where none is; the tables below a huge one are gone already. */
    final void put(long page, int level, int frame, long bits) {
        if (level == 0) {
            table.set(page, Pte.of(frame, bits));
        } else {
            table.setEntry(page, level, Pte.huge(frame, level, bits));
        }
        leaves++;
    }

    /** Takes the leaf that holds an address out, and tells of each base page that it mapped. */
    final void remove(long at, Dropped dropped) {
        long seen = table.get(at);
        int level = Pte.level(seen);
        long base = base(at, seen);
        long leaf = leaf(at, seen);
        table.setEntry(base, level, Pte.NONE);
        if (Pte.valid(leaf)) {
            leaves--;
            tell(base, level, leaf, dropped);
        }
    }

    private void tell(long base, int level, long leaf, Dropped dropped) {
        long pages = span(level) >>> pageShift;
        for (int i = 0; i < pages; i++) {
            dropped.page(base + i * pageSize, Pte.frame(leaf) + i, Pte.write(leaf));
        }
    }

    /** How large a page the host maps at an address: the level of its leaf. */
    static int hostLevel(AddressSpace mm, long hostAddress) {
        long pte = mm.pageTable().get(hostAddress);
        return Pte.present(pte) ? Pte.level(pte) : 0;
    }

    /** {@code kvm_set_pfn_accessed}: the page counts as used to the host. */
    final void markAccessed(int frame) {
        if (frame != Frames.ZERO_PAGE) {
            services.lru().markAccessed(frame);
        }
    }

    /** {@code kvm_set_pfn_dirty}. */
    final void markDirty(int frame) {
        if (frame != Frames.ZERO_PAGE) {
            services.frames().markDirty(frame);
        }
    }

    /** Reports a call that is said by a guest range. */
    final void trace(Tracepoint point, long start, long end, long value, String detail) {
        services.tracer().call(point, 0, start, end, value, detail);
    }
}
