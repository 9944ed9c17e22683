package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.tlb.TlbFlush;

/** Writes an entry of any level and tells the observer, if it observes the address space. */
final class EntryWriter {
    private final PageTableObserver observer;
    private final TlbFlush tlb;
    private final CurrentActor current;
    private final long bits;

    EntryWriter(Architecture architecture, PageTableObserver observer, TlbFlush tlb, CurrentActor current) {
        this.bits = bits(architecture);
        this.observer = observer;
        this.tlb = tlb;
        this.current = current;
    }

    /** The bits that entries of an architecture have. */
    static long bits(Architecture architecture) {
        return architecture.softDirty() ? -1 : ~Pte.SOFT_DIRTY;
    }

    void write(AddressSpace mm, long address, int level, long pte) {
        current.get().step(Step.PTE_WRITE);
        long before = mm.pageTable().entry(address, level);
        mm.pageTable().setEntry(address, level, pte & bits);
        if (observer.observes(mm)) {
            observer.entryChanged(mm, address, before, pte & bits);
        }
        if (tlb.flushesAtWrite() && Pte.valid(before) && before != (pte & bits)) {
            tlb.entryReplaced(mm, address, 1L << mm.pageTable().levelShift(level));
        }
    }

    /** The table of PTEs that maps {@code size} bytes is about to be taken out. */
    void tableTakenOut(AddressSpace mm, long address, long size) {
        if (!observer.observes(mm)) {
            return;
        }
        for (long at = address; at < address + size; at += mm.pageSize()) {
            long before = mm.pageTable().get(at);
            if (before != Pte.NONE) {
                observer.entryChanged(mm, at, before, Pte.NONE);
            }
        }
    }

    /** A whole table of PTEs is in the place of a huge leaf. */
    void populated(AddressSpace mm, long address, long first, int frameStep) {
        if (!observer.observes(mm)) {
            return;
        }
        long pageSize = mm.pageSize();
        for (int i = 0; i < mm.pageTable().leafEntries(); i++) {
            observer.entryChanged(mm, address + i * pageSize, Pte.NONE, Pte.advance(first, (long) i * frameStep));
        }
    }
}
