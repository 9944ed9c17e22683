package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.Paging;
import io.mmulab.kernel.arch.UpgradeFlush;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.tlb.TlbFlush;

/**
 * The choke point of every change of a hugetlb entry: {@code huge_ptep_*()} of {@code asm-generic/hugetlb.h} and
 * {@code arch/arm64/mm/hugetlbpage.c}. A page whose size is no level of the table is several neighbouring
 * entries with the contiguous bit; here they are read and changed as one.
 *
 * <p>Addresses are those of the page, sizes are bytes; the caller holds the page-table lock.
 */
public final class HugePteOps {
    private final Paging paging;
    private final int pageShift;
    private final UpgradeFlush upgradeFlush;
    private final boolean nestMmuNeedsBreak;
    private final boolean upgradeWrittenOnReadFault;
    private final boolean helperIsTraced;
    private final boolean wholeEntryFlushed;
    private final boolean notifyAtClearFlush;
    private final boolean keepsSavedDirty;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final EntryWriter writer;
    private final long bits;
    private final CurrentActor current;
    private final Tracer tracer;

    /** For one machine. */
    public HugePteOps(Architecture architecture, KernelVersion version, KernelDesign design, TlbFlush tlb,
            MmuNotifiers notifiers, PageTableObserver observer, CurrentActor current, Tracer tracer) {
        this.paging = architecture.paging();
        this.pageShift = architecture.pageShift();
        this.upgradeFlush = architecture.upgrades().flush();
        this.nestMmuNeedsBreak = architecture.upgrades().nestMmuNeedsBreak();
        this.upgradeWrittenOnReadFault = architecture.upgrades().writtenOnReadFault();
        this.helperIsTraced = architecture.contiguousBit();
        this.wholeEntryFlushed = helperIsTraced && version.isIn(architecture.upgrades().flushesWholeHugeEntry());
        this.notifyAtClearFlush = design.notifiesAt(NotifySite.CLEAR_FLUSH);
        this.keepsSavedDirty = version.isIn(architecture.entries().hugetlbSavedDirty());
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.writer = new EntryWriter(architecture, observer, tlb, current);
        this.bits = EntryWriter.bits(architecture);
        this.current = current;
        this.tracer = tracer;
    }

    /** Level of the entries that map a page of a size: 0 = PTE. */
    public int level(long size) {
        return paging.levelOfSize(size);
    }

    private long entrySize(long size) {
        return 1L << paging.levelShift(level(size));
    }

    /** How many entries map a page of a size. */
    private int entries(long size) {
        return (int) (size / entrySize(size));
    }

    /** {@code make_huge_pte} without rights: an entry for a page of a size, with the given bits. */
    public long make(int head, long size, long bits) {
        return Pte.huge(head, level(size), entries(size) > 1 ? bits | Pte.CONT : bits);
    }

    /** {@code huge_pte_mkwrite(huge_pte_mkdirty())}. */
    public long mkwriteDirty(long pte) {
        if (keepsSavedDirty && !Pte.write(pte)) {
            return Pte.mkclean(pte) | Pte.SAVED_DIRTY | Pte.SOFT_DIRTY | Pte.WRITE;
        }
        return Pte.mkdirty(pte) | Pte.WRITE;
    }

    /** {@code huge_pte_alloc}: makes the tables down to where the entry is. */
    public void allocate(AddressSpace mm, long address, long size) {
        mm.pageTable().makeTable(address, level(size));
    }

    /** {@code huge_pte_offset}: whether there is a place for the entry. */
    public boolean exists(AddressSpace mm, long address, long size) {
        return mm.pageTable().hasTable(address, level(size));
    }

    /** {@code hugetlb_mask_last_page}: the last page of this size in the same table. */
    public long lastInTable(long address, long size) {
        long span = 1L << paging.levelShift(level(size) + 1);
        return (address & -span) + span - size;
    }

    /** {@code huge_ptep_get}: young or dirty if any of its entries is. */
    public long get(AddressSpace mm, long address, long size) {
        current.get().step(Step.PTE_READ);
        return read(mm, address, size);
    }

    private long read(AddressSpace mm, long address, long size) {
        int level = level(size);
        long first = mm.pageTable().entry(address, level);
        int count = Pte.present(first) ? entries(size) : 1;
        long step = entrySize(size);
        long seen = 0;
        for (int i = 1; i < count; i++) {
            seen |= mm.pageTable().entry(address + i * step, level);
        }
        return first | (seen & (Pte.ACCESSED | Pte.DIRTY));
    }

    /** {@code set_huge_pte_at} where no present entry is: nobody is told. */
    public void set(AddressSpace mm, long address, long size, long pte) {
        int level = level(size);
        long step = entrySize(size);
        long frames = Pte.present(pte) ? step >> pageShift : 0;
        int count = entries(size);
        for (int i = 0; i < count; i++) {
            writer.write(mm, address + i * step, level, pte == Pte.NONE ? Pte.NONE : Pte.advance(pte, i * frames));
        }
    }

    /** {@code huge_ptep_get_and_clear}: the flush is the caller's. */
    public long getAndClear(AddressSpace mm, long address, long size) {
        long before = read(mm, address, size);
        set(mm, address, size, Pte.NONE);
        return before;
    }

    /**
     * {@code huge_ptep_set_access_flags}: makes an entry more permissive, by the architecture's rule; contiguous entries are
     * broken before they are made.
     *
     * @param dirty whether the fault was a write
     * @return whether the entry differs from what was there
     */
    public boolean setAccessFlags(AddressSpace mm, long address, long size, long newEntry, boolean dirty) {
        long entry = newEntry & bits;
        if (!helperIsTraced) {
            return setNonContiguous(mm, address, size, entry, dirty);
        }
        tracer.call(Tracepoint.HUGE_PTEP_SET_ACCESS_FLAGS, mm.id(), address, address + size, entry,
                dirty ? "dirty" : "");
        boolean changed = entries(size) == 1 ? setNonContiguous(mm, address, size, entry, dirty)
                : setContiguous(mm, address, size, entry);
        tracer.call(Tracepoint.SET_ACCESS_FLAGS_RET, mm.id(), address, address + size, changed ? 1 : 0, "");
        return changed;
    }

    private boolean setNonContiguous(AddressSpace mm, long address, long size, long entry, boolean dirty) {
        tracer.call(Tracepoint.PTEP_SET_ACCESS_FLAGS, mm.id(), address, address + size, entry, dirty ? "dirty" : "");
        if (upgradeFlush == UpgradeFlush.THIS_CPU_ALWAYS) {
            tlb.updateMmuCache(mm, address, size);
        }
        long before = read(mm, address, size);
        boolean changed = before != entry;
        if (changed) {
            if (nestMmuNeedsBreak && mm.copros() > 0 && Pte.write(before) != Pte.write(entry)) {
                set(mm, address, size, Pte.NONE);
                tlb.pageOfHuge(mm, address, size, Cause.PTEP_SET_ACCESS_FLAGS);
            }
            if (dirty || upgradeWrittenOnReadFault) {
                set(mm, address, size, entry);
            }
            if (upgradeFlush == UpgradeFlush.ON_CHANGE || (upgradeFlush == UpgradeFlush.ON_WRITE_FAULT && dirty)) {
                tlb.afterUpgrade(mm, address, size, wholeEntryFlushed ? size : mm.pageSize(),
                        Cause.PTEP_SET_ACCESS_FLAGS);
            }
        }
        tracer.call(Tracepoint.SET_ACCESS_FLAGS_RET, mm.id(), address, address + size, changed ? 1 : 0, "");
        return changed;
    }

    private boolean setContiguous(AddressSpace mm, long address, long size, long entry) {
        long before = read(mm, address, size);
        if (before == entry) {
            return false;
        }
        breakContiguous(mm, address, size);
        set(mm, address, size, entry | (before & (Pte.ACCESSED | Pte.DIRTY)));
        return true;
    }

    /** {@code get_clear_contig_flush}. */
    private void breakContiguous(AddressSpace mm, long address, long size) {
        set(mm, address, size, Pte.NONE);
        tlb.hugeEntry(mm, address, size, Cause.HUGE_PTEP_CLEAR_FLUSH);
    }

    /** {@code huge_ptep_set_wrprotect}: the flush is the caller's, but for contiguous entries. */
    public void setWrprotect(AddressSpace mm, long address, long size) {
        long before = read(mm, address, size);
        if (entries(size) > 1) {
            breakContiguous(mm, address, size);
        }
        set(mm, address, size, Pte.wrprotect(before));
    }

    /** {@code huge_ptep_modify_prot_commit}: the flush is the caller's. */
    public void modifyProtection(AddressSpace mm, long address, long size, long pte) {
        set(mm, address, size, pte);
    }

    /**
     * {@code huge_ptep_clear_flush}, and what 6.1 calls right after it ({@code mmu_notifier_invalidate_range}): clear, flush
     * and tell.
     */
    public long clearFlushNotify(AddressSpace mm, long address, long size) {
        long before = clearFlush(mm, address, size);
        if (notifyAtClearFlush) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), address, address + size,
                    Cause.HUGE_PTEP_CLEAR_FLUSH);
        }
        return before;
    }

    /** {@code huge_ptep_clear_flush}. */
    public long clearFlush(AddressSpace mm, long address, long size) {
        long before = getAndClear(mm, address, size);
        if (entries(size) > 1 || wholeEntryFlushed) {
            tlb.hugeEntry(mm, address, size, Cause.HUGE_PTEP_CLEAR_FLUSH);
        } else if (Pte.valid(before)) {
            tlb.pageOfHuge(mm, address, size, Cause.PTEP_CLEAR_FLUSH);
        }
        return before;
    }
}
