package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.InstructionSet;
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
 * The choke point of every change of a huge leaf at the PMD level: what {@link PageTableOps} is for PTEs, with the kernel's
 * verbs for PMDs. The caller holds the page-table lock; addresses are aligned to what a PMD covers.
 */
public final class PmdOps {
    /** Level of a PMD: the entries above the leaf tables. */
    public static final int LEVEL = 1;

    private final UpgradeFlush upgradeFlush;
    /** On arm64 {@code pmdp_set_access_flags} is inline and calls that of a PTE. */
    private final Tracepoint upgradeCall;
    private final boolean upgradeWrittenOnReadFault;
    private final boolean nestMmuNeedsBreak;
    private final boolean invalidateAdFlushes;
    private final boolean upgradeTellsWholeEntry;
    private final boolean notifyAtClearFlush;
    private final boolean contiguous;
    private final int pageShift;
    private final long size;
    private final long bits;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final EntryWriter writer;
    private final CurrentActor current;
    private final Tracer tracer;

    /** For one machine. */
    public PmdOps(Architecture architecture, KernelVersion version, KernelDesign design, TlbFlush tlb,
            MmuNotifiers notifiers, PageTableObserver observer, CurrentActor current, Tracer tracer) {
        this.upgradeFlush = architecture.upgrades().flush();
        this.upgradeCall = architecture.instructionSet() == InstructionSet.A64 ? Tracepoint.PTEP_SET_ACCESS_FLAGS
                : Tracepoint.PMDP_SET_ACCESS_FLAGS;
        this.upgradeWrittenOnReadFault = architecture.upgrades().writtenOnReadFault();
        this.nestMmuNeedsBreak = architecture.upgrades().nestMmuNeedsBreak();
        this.invalidateAdFlushes = architecture.flushes().invalidatedAtOnce();
        this.upgradeTellsWholeEntry = version.isIn(architecture.upgrades().flushesWholeHugeEntry());
        this.notifyAtClearFlush = design.notifiesAt(NotifySite.CLEAR_FLUSH);
        this.bits = EntryWriter.bits(architecture);
        this.contiguous = architecture.contiguousBit() && version.isIn(architecture.paging().contpte());
        this.pageShift = architecture.pageShift();
        this.size = 1L << architecture.paging().levelShift(LEVEL);
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.writer = new EntryWriter(architecture, observer, tlb, current);
        this.current = current;
        this.tracer = tracer;
    }

    /** {@code HPAGE_PMD_SIZE}: bytes that one PMD covers. */
    public long size() {
        return size;
    }

    /** {@code HPAGE_PMD_NR}: base pages that one PMD covers. */
    public int pages() {
        return 1 << order();
    }

    /** {@code HPAGE_PMD_ORDER}: log2 of that. */
    public int order() {
        return Long.numberOfTrailingZeros(size) - pageShift;
    }

    /** {@code pmdp_get}: none, a huge leaf, or an entry with {@link Pte#TABLE}. */
    public long get(AddressSpace mm, long address) {
        current.get().step(Step.PTE_READ);
        return mm.pageTable().entry(address, LEVEL);
    }

    /** {@code set_pmd_at} where none or an invalidated leaf is: nobody is told. */
    public void set(AddressSpace mm, long address, long pmd) {
        write(mm, address, pmd);
    }

    /**
     * {@code pmdp_set_access_flags}: makes a leaf more permissive, by the architecture's rule.
     *
     * @param dirty whether the fault was a write
     * @return whether the leaf differs from what was there
     */
    public boolean setAccessFlags(AddressSpace mm, long address, long newEntry, boolean dirty) {
        long entry = newEntry & bits;
        tracer.call(upgradeCall, mm.id(), address, address + size, entry, dirty ? "dirty" : "");
        boolean changed = upgrade(mm, address, entry, dirty);
        tracer.call(Tracepoint.SET_ACCESS_FLAGS_RET, mm.id(), address, address + size, changed ? 1 : 0, "");
        return changed;
    }

    private boolean upgrade(AddressSpace mm, long address, long entry, boolean dirty) {
        if (upgradeFlush == UpgradeFlush.THIS_CPU_ALWAYS) {
            tlb.updateMmuCache(mm, address, size);
        }
        long before = mm.pageTable().entry(address, LEVEL);
        if (before == entry) {
            return upgradeFlush == UpgradeFlush.THIS_CPU_ALWAYS;
        }
        if (nestMmuNeedsBreak && mm.copros() > 0 && Pte.write(before) != Pte.write(entry)) {
            invalidate(mm, address);
        }
        if (dirty || upgradeWrittenOnReadFault) {
            write(mm, address, entry);
        }
        if (upgradeFlush == UpgradeFlush.ON_CHANGE || (upgradeFlush == UpgradeFlush.ON_WRITE_FAULT && dirty)) {
            tlb.afterUpgrade(mm, address, size, upgradeTellsWholeEntry ? size : mm.pageSize(),
                    Cause.PTEP_SET_ACCESS_FLAGS);
        }
        return true;
    }

    /** {@code flush_tlb_fix_spurious_fault_pmd}: the leaf is right already, so this CPU's copy must be old. */
    public void fixSpuriousFault(AddressSpace mm, long address) {
        tlb.spuriousFault(mm, address, size);
    }

    /** {@code pmdp_huge_get_and_clear}: the flush is the caller's. */
    public long getAndClear(AddressSpace mm, long address) {
        long before = mm.pageTable().entry(address, LEVEL);
        write(mm, address, Pte.NONE);
        return before;
    }

    /** {@code pmdp_huge_clear_flush}: clear, flush. */
    public long clearFlush(AddressSpace mm, long address) {
        long before = getAndClear(mm, address);
        flush(mm, address, Cause.PMDP_HUGE_CLEAR_FLUSH);
        return before;
    }

    /** {@code pmdp_huge_clear_flush_notify}: clear, flush, and tell where the design has it. */
    public long clearFlushNotify(AddressSpace mm, long address) {
        long before = clearFlush(mm, address);
        if (notifyAtClearFlush) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), address, address + size,
                    Cause.PMDP_HUGE_CLEAR_FLUSH);
        }
        return before;
    }

    /** {@code pmdp_invalidate}: hardware no longer sees the leaf, software does; flush. Returns what was there. */
    public long invalidate(AddressSpace mm, long address) {
        long before = establishInvalid(mm, address);
        flush(mm, address, Cause.PMDP_INVALIDATE);
        return before;
    }

    /** {@code pmdp_invalidate_ad}: as {@link #invalidate}, but x86-64 leaves the flush to the caller. */
    public long invalidateAd(AddressSpace mm, long address) {
        long before = establishInvalid(mm, address);
        if (invalidateAdFlushes) {
            flush(mm, address, Cause.PMDP_INVALIDATE);
        }
        return before;
    }

    private long establishInvalid(AddressSpace mm, long address) {
        long before = mm.pageTable().entry(address, LEVEL);
        write(mm, address, (before & ~Pte.PRESENT) | Pte.PROTNONE);
        return before;
    }

    /** {@code pmdp_set_wrprotect}: the flush is the caller's. */
    public void setWrprotect(AddressSpace mm, long address) {
        write(mm, address, Pte.wrprotect(mm.pageTable().entry(address, LEVEL)));
    }

    /** {@code pmdp_collapse_flush}: the table of PTEs is taken out, and all that it maps is flushed. */
    public void collapseFlush(AddressSpace mm, long address) {
        current.get().step(Step.PTE_WRITE);
        writer.tableTakenOut(mm, address, size);
        mm.pageTable().detachLeafTable(address);
        if (tlb.flushesAtWrite()) {
            tlb.entryReplaced(mm, address, size);
        }
        tlb.range(mm, address, address + size, pageShift, Cause.PMDP_COLLAPSE_FLUSH);
    }

    /**
     * {@code pmd_populate}: a table of PTEs takes the place of an invalidated or cleared leaf. Its entries are {@code first},
     * the frame number growing by {@code frameStep}; nobody is told.
     */
    public void populate(AddressSpace mm, long address, long first, int frameStep) {
        current.get().step(Step.PTE_WRITE);
        boolean folded = contiguous && frameStep == 1 && Pte.valid(first);
        long entry = (first & bits) | (folded ? Pte.CONT : 0);
        mm.pageTable().populate(address, entry, frameStep);
        writer.populated(mm, address, entry, frameStep);
    }

    /** {@code pmdp_test_and_clear_young}: TLBs that hold the entry are not told. Whether it was young. */
    public boolean testAndClearYoung(AddressSpace mm, long address) {
        long before = mm.pageTable().entry(address, LEVEL);
        if (!Pte.young(before)) {
            return false;
        }
        write(mm, address, Pte.mkold(before));
        return true;
    }

    /** {@code flush_pmd_tlb_range} of the place that {@code move_huge_pmd} has emptied. */
    public void flushMoved(AddressSpace mm, long address) {
        tlb.pmdRangeInline(mm, address, address + size, Cause.MOVE_HUGE_PMD);
    }

    /** {@code flush_pmd_tlb_range} of one PMD. */
    public void flush(AddressSpace mm, long address, Cause cause) {
        tlb.pmdRange(mm, address, address + size, cause);
    }

    private void write(AddressSpace mm, long address, long pmd) {
        writer.write(mm, address, LEVEL, pmd);
    }
}
