package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.UpgradeFlush;
import io.mmulab.kernel.arch.Upgrades;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.Step;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.tlb.TlbFlush;

/**
 * The choke point of every change of a page-table entry. The caller holds the page-table lock; addresses are those of the
 * page. Order is the kernel's: write, CPU flush, secondary TLBs.
 */
public final class PageTableOps {
    private final boolean softDirty;
    private final Upgrades upgrades;
    private final boolean agedEntriesFlush;
    private final boolean flushesAtWrite;
    private final boolean notifyUnderLock;
    private final long bits;
    private final boolean notifyAtClearFlush;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final PageTableObserver observer;
    private final CurrentActor current;
    private final Tracer tracer;
    private final PteBatches batches;
    private final boolean contiguous;
    private final boolean blockComparesAsOne;
    private final Contpte contpte;

    /** For one machine. */
    public PageTableOps(Architecture architecture, KernelVersion version, KernelDesign design, TlbFlush tlb,
            MmuNotifiers notifiers, PageTableObserver observer, Frames frames, CurrentActor current, Tracer tracer) {
        this.softDirty = architecture.softDirty();
        this.upgrades = architecture.upgrades();
        this.agedEntriesFlush = architecture.flushes().agedEntries();
        this.flushesAtWrite = tlb.flushesAtWrite();
        this.notifyUnderLock = design.notifiesAt(NotifySite.UPGRADE_UNDER_LOCK);
        this.bits = EntryWriter.bits(architecture);
        this.blockComparesAsOne = version.has(VersionRule.CONTPTE_COMPARES_BLOCK_AS_ONE);
        this.notifyAtClearFlush = design.notifiesAt(NotifySite.CLEAR_FLUSH);
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.observer = observer;
        this.current = current;
        this.tracer = tracer;
        this.batches = new PteBatches(this, frames);
        this.contiguous = architecture.contiguousBit() && version.isIn(architecture.paging().contpte());
        this.contpte = new Contpte(contiguous, architecture.paging(), frames, tlb, this::write);
    }

    /** Writes an entry as it is. */
    interface RawWriter {
        void write(AddressSpace mm, long address, long pte);
    }

    /** Whether entries have a soft-dirty bit. */
    public boolean tracksSoftDirty() {
        return softDirty;
    }

    /** {@code ptep_get}: within a contiguous block, accessed and dirty are those of any of its entries. */
    public long get(AddressSpace mm, long address) {
        long pte = walk(mm, address);
        return (pte & Pte.CONT) != 0 && contpte.isBlock(pte) ? contpte.gathered(mm, address, pte) : pte;
    }

    /** The entry itself, as the hardware finds it on a walk. */
    public long walk(AddressSpace mm, long address) {
        current.get().step(Step.PTE_READ);
        return mm.pageTable().get(address);
    }

    /** The flush of a contiguous block that is unfolded in a table which the hardware does not reach any more. */
    public void flushUnfolded(AddressSpace mm, long address) {
        contpte.flush(mm, address);
    }

    /** {@code CONT_PTES}: entries of a contiguous block. */
    public int contiguousPtes() {
        return contpte.ptes();
    }

    /** Runs of entries of one large folio. */
    public PteBatches batches() {
        return batches;
    }

    /** {@code set_pte_at} where no entry is: TLBs do not cache invalid entries, so nobody is told. */
    public void setPte(AddressSpace mm, long address, long pte) {
        if (contiguous) {
            contpte.tryUnfold(mm, address);
            write(mm, address, pte & ~Pte.CONT);
            contpte.tryFold(mm, address, pte & ~Pte.CONT);
        } else {
            write(mm, address, pte);
        }
    }

    /** {@code set_ptes}: {@code nr} entries for consecutive pages of one folio. */
    public void setPtes(AddressSpace mm, long address, long first, int nr) {
        if (nr == 1) {
            setPte(mm, address, first);
            return;
        }
        long bare = first & ~Pte.CONT;
        for (int i = 0; i < nr; i++) {
            write(mm, address + i * mm.pageSize(), Pte.advance(bare, i) | contpte.bit(address, bare, i, nr));
        }
    }

    /**
     * {@code ptep_set_access_flags}: makes an entry more permissive (young, dirty, writable), by the architecture's rule.
     *
     * @param dirty whether the fault was a write
     * @return whether the entry differs from what was there
     */
    public boolean setAccessFlags(AddressSpace mm, long address, long newEntry, boolean dirty) {
        long entry = newEntry & bits & ~Pte.CONT;
        if (contiguous && contpte.isBlock(mm.pageTable().get(address))) {
            return setBlockAccessFlags(mm, address, entry, dirty);
        }
        return setOneAccessFlags(mm, address, entry, dirty);
    }

    private boolean setOneAccessFlags(AddressSpace mm, long address, long entry, boolean dirty) {
        tracer.call(Tracepoint.PTEP_SET_ACCESS_FLAGS, mm.id(), address, address + mm.pageSize(), entry,
                dirty ? "dirty" : "");
        boolean changed = upgrade(mm, address, entry, dirty);
        tracer.call(Tracepoint.SET_ACCESS_FLAGS_RET, mm.id(), address, address + mm.pageSize(), changed ? 1 : 0, "");
        return changed;
    }

    /** {@code contpte_ptep_set_access_flags}: a change of the write permission unfolds, others change all 16 entries. */
    private boolean setBlockAccessFlags(AddressSpace mm, long address, long entry, boolean dirty) {
        if (blockComparesAsOne ? contpte.anyMatch(mm, address, entry) : contpte.allMatch(mm, address, entry)) {
            return false;
        }
        if (Pte.write(mm.pageTable().get(address)) != Pte.write(entry)) {
            contpte.tryUnfold(mm, address);
            return setOneAccessFlags(mm, address, entry, dirty);
        }
        long start = contpte.start(address);
        for (long at = start; at < contpte.end(address); at += mm.pageSize()) {
            long before = mm.pageTable().get(at);
            long after = before | (entry & (Pte.ACCESSED | Pte.DIRTY));
            tracer.call(Tracepoint.PTEP_SET_ACCESS_FLAGS, mm.id(), at, at + mm.pageSize(), entry, "");
            write(mm, at, after);
            tracer.call(Tracepoint.SET_ACCESS_FLAGS_RET, mm.id(), at, at + mm.pageSize(), before == after ? 0 : 1, "");
        }
        if (dirty) {
            tlb.afterBlockUpgrade(mm, start, contpte.end(address));
        }
        return true;
    }

    private boolean upgrade(AddressSpace mm, long address, long entry, boolean dirty) {
        long before = mm.pageTable().get(address);
        UpgradeFlush rule = upgrades.flush();
        if (rule == UpgradeFlush.THIS_CPU_ALWAYS) {
            tlb.updateMmuCache(mm, address, mm.pageSize());
        }
        if (before == entry) {
            return rule == UpgradeFlush.THIS_CPU_ALWAYS;
        }
        if (upgrades.nestMmuNeedsBreak() && mm.copros() > 0 && Pte.write(before) != Pte.write(entry)) {
            write(mm, address, Pte.NONE);
            tlb.page(mm, address, Cause.PTEP_SET_ACCESS_FLAGS);
        }
        if (dirty || upgrades.writtenOnReadFault()) {
            write(mm, address, entry);
        }
        if (rule == UpgradeFlush.ON_CHANGE || (rule == UpgradeFlush.ON_WRITE_FAULT && dirty)) {
            tlb.afterUpgrade(mm, address, mm.pageSize(), mm.pageSize(), Cause.PTEP_SET_ACCESS_FLAGS);
        }
        if (notifyUnderLock) {
            notifiers.rangeEnd(notifiers.rangeStart(mm.subscriptions(), EventType.PROTECTION_UPGRADE, address,
                    address + mm.pageSize(), Cause.PTEP_SET_ACCESS_FLAGS));
        }
        return true;
    }

    /** {@code flush_tlb_fix_spurious_fault}: a write found its entry as it should be. */
    public void fixSpuriousFault(AddressSpace mm, long address) {
        tlb.spuriousFault(mm, address, mm.pageSize());
    }

    /** {@code ptep_clear_flush}: clear, then flush. */
    public long clearFlush(AddressSpace mm, long address) {
        contpte.tryUnfold(mm, address);
        long before = mm.pageTable().get(address);
        write(mm, address, Pte.NONE);
        if (Pte.present(before)) {
            tlb.page(mm, address, Cause.PTEP_CLEAR_FLUSH);
        }
        return before;
    }

    /** {@code get_and_clear_ptes} and {@code flush_tlb_range} of {@code nr} pages. */
    public long clearFlushRange(AddressSpace mm, long address, int nr, Cause cause) {
        long before = getAndClear(mm, address, get(mm, address), nr);
        if (Pte.present(before)) {
            tlb.rangeOfPages(mm, address, address + nr * mm.pageSize(), cause);
        }
        return before;
    }

    /** {@code mmu_notifier_invalidate_range} after an entry was cleared, where the design has it beside the flush. */
    public void invalidateAfterUnmap(AddressSpace mm, long address) {
        if (notifyAtClearFlush) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), address, address + mm.pageSize(),
                    Cause.TRY_TO_UNMAP_ONE);
        }
    }

    /** {@code ptep_clear_flush_young}: x86-64 does not flush, arm64 does not wait for the flush. */
    public boolean clearFlushYoung(AddressSpace mm, long address, Cause cause) {
        boolean young = testAndClearYoung(mm, address);
        if (young && agedEntriesFlush) {
            tlb.page(mm, address, cause);
        }
        return young;
    }

    /** {@code ptep_clear_flush}, with {@code _notify} where the design has it: clear, flush, tell. */
    public long clearFlushNotify(AddressSpace mm, long address) {
        long before = clearFlush(mm, address);
        if (notifyAtClearFlush) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), address, address + mm.pageSize(),
                    Cause.PTEP_CLEAR_FLUSH);
        }
        return before;
    }

    /** {@code set_pte_at_notify}: change_pte first, where the design has it, then the write. */
    public void setPteAtNotify(AddressSpace mm, long address, long pte) {
        notifiers.changePte(mm.subscriptions(), address, mm.pageSize(), pte);
        setPte(mm, address, pte);
    }

    /** {@code ptep_get_and_clear}: the flush is the caller's, by its mmu_gather. */
    public long getAndClear(AddressSpace mm, long address) {
        contpte.tryUnfold(mm, address);
        long before = mm.pageTable().get(address);
        write(mm, address, Pte.NONE);
        return before;
    }

    /**
     * {@code get_and_clear_full_ptes}: as {@link #getAndClear} of {@code nr} entries.
     *
     * @param first the first of them, as {@link #get} has just returned it
     * @return the first of them, accessed or dirty if any was
     */
    public long getAndClear(AddressSpace mm, long address, long first, int nr) {
        if (nr == 1 && !contiguous) {
            write(mm, address, Pte.NONE);
            return first;
        }
        if (nr == 1) {
            return getAndClear(mm, address);
        }
        long merged = startModify(mm, address, nr);
        for (int i = 0; i < nr; i++) {
            write(mm, address + i * mm.pageSize(), Pte.NONE);
        }
        return merged;
    }

    /** {@code wrprotect_ptes}: as {@link #setWrprotect} of {@code nr} entries; whole contiguous blocks stay such. */
    public void setWrprotect(AddressSpace mm, long address, int nr) {
        if (nr == 1) {
            setWrprotect(mm, address);
            return;
        }
        contpte.tryUnfoldPartial(mm, address, nr);
        for (int i = 0; i < nr; i++) {
            long at = address + i * mm.pageSize();
            write(mm, at, Pte.wrprotect(mm.pageTable().get(at)));
        }
    }

    /**
     * {@code clear_young_dirty_ptes}: old, and clean if asked for; of a contiguous block all entries change.
     *
     * @param cleared {@link Pte#ACCESSED}, {@link Pte#DIRTY} or both
     */
    public void clearYoungDirty(AddressSpace mm, long address, int nr, long cleared) {
        long last = address + (nr - 1) * mm.pageSize();
        long start = contpte.isBlock(mm.pageTable().get(address)) ? contpte.start(address) : address;
        long end = contpte.isBlock(mm.pageTable().get(last)) ? contpte.end(last) : last + mm.pageSize();
        for (long at = start; at < end; at += mm.pageSize()) {
            write(mm, at, mm.pageTable().get(at) & ~cleared);
        }
    }

    /** {@code ptep_set_wrprotect}: the flush is the caller's. */
    public void setWrprotect(AddressSpace mm, long address) {
        contpte.tryUnfold(mm, address);
        write(mm, address, Pte.wrprotect(mm.pageTable().get(address)));
    }

    /** {@code ptep_modify_prot_start} and {@code _commit}: the flush is the caller's. */
    public void modifyProtection(AddressSpace mm, long address, long pte) {
        setPte(mm, address, pte);
    }

    /**
     * {@code modify_prot_start_ptes}: {@code nr} entries are about to be set anew, all alike. Contiguous blocks that lie
     * only partly among them are unfolded.
     *
     * @return the first of them, accessed or dirty if any is
     */
    public long startModify(AddressSpace mm, long address, int nr) {
        contpte.tryUnfoldPartial(mm, address, nr);
        long merged = mm.pageTable().get(address) & ~Pte.CONT;
        for (int i = 1; i < nr; i++) {
            long pte = mm.pageTable().get(address + i * mm.pageSize());
            merged |= pte & Pte.ACCESSED;
            merged = Pte.dirty(pte) ? Pte.mkdirty(merged) : merged;
        }
        return merged;
    }

    /** {@code ptep_test_and_clear_young}: TLBs that hold the entry are not told. Whether it was young. */
    public boolean testAndClearYoung(AddressSpace mm, long address) {
        long before = mm.pageTable().get(address);
        if (!Pte.young(before)) {
            return false;
        }
        write(mm, address, Pte.mkold(before));
        return true;
    }

    /**
     * {@code move_normal_pmd}, {@code move_normal_pud}: hangs a table elsewhere; the flush is the caller's.
     *
     * @param level of the entry that points to it: 1 for a table of PTEs
     * @return false if there is no table, or something is at the destination
     */
    public boolean moveTable(AddressSpace mm, long from, long to, int level) {
        current.get().step(Step.PTE_WRITE);
        boolean moved = mm.pageTable().moveTable(from, to, level);
        if (moved && flushesAtWrite) {
            tlb.entryReplaced(mm, from, 1L << mm.pageTable().levelShift(level));
        }
        if (moved && mm.subscriptions().everRegistered()) {
            long end = to + (1L << mm.pageTable().levelShift(level));
            for (long at = mm.pageTable().nextEntry(to, end); at < end; at = mm.pageTable()
                    .nextEntry(at + mm.pageSize(), end)) {
                long pte = mm.pageTable().get(at);
                if (Pte.present(pte)) {
                    observer.entryChanged(mm, from + (at - to), pte, Pte.NONE);
                }
            }
        }
        return moved;
    }

    /** What the hardware does on a walk: accessed and dirty bits of a leaf of any level, without any kernel code. */
    public void hardwareUpdate(AddressSpace mm, long address, long pte) {
        current.get().step(Step.PTE_WRITE);
        mm.pageTable().update(address, pte);
    }

    private void write(AddressSpace mm, long address, long newPte) {
        long pte = newPte & bits;
        current.get().step(Step.PTE_WRITE);
        if (flushesAtWrite || observer.observes(mm)) {
            long before = mm.pageTable().get(address);
            mm.pageTable().set(address, pte);
            observed(mm, address, before, pte);
        } else {
            mm.pageTable().set(address, pte);
        }
    }

    private void observed(AddressSpace mm, long address, long before, long pte) {
        if (observer.observes(mm)) {
            observer.entryChanged(mm, address, before, pte);
        }
        if (flushesAtWrite && Pte.valid(before) && before != pte) {
            tlb.entryReplaced(mm, address, mm.pageSize());
        }
    }
}
