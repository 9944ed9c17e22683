package io.mmulab.kernel.pgtable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.arch.UpgradeFlush;
import io.mmulab.kernel.design.KernelDesign;
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
 * The choke point of every change of a page-table entry. The caller holds the page-table lock; addresses are those of the
 * page. Order is the kernel's: write, CPU flush, secondary TLBs.
 */
public final class PageTableOps {
    private final Architecture architecture;
    private final long bits;
    private final boolean notifyAtClearFlush;
    private final TlbFlush tlb;
    private final MmuNotifiers notifiers;
    private final PageTableObserver observer;
    private final CurrentActor current;
    private final Tracer tracer;

    /** For one machine. */
    public PageTableOps(Architecture architecture, KernelDesign design, TlbFlush tlb, MmuNotifiers notifiers,
            PageTableObserver observer, CurrentActor current, Tracer tracer) {
        this.architecture = architecture;
        this.bits = EntryWriter.bits(architecture);
        this.notifyAtClearFlush = design.notifiesAt(NotifySite.CLEAR_FLUSH);
        this.tlb = tlb;
        this.notifiers = notifiers;
        this.observer = observer;
        this.current = current;
        this.tracer = tracer;
    }

    /** {@code ptep_get}. */
    public long get(AddressSpace mm, long address) {
        current.get().step(Step.PTE_READ);
        return mm.pageTable().get(address);
    }

    /** {@code set_pte_at} where no entry is: TLBs do not cache invalid entries, so nobody is told. */
    public void setPte(AddressSpace mm, long address, long pte) {
        write(mm, address, pte);
    }

    /**
     * {@code ptep_set_access_flags}: makes an entry more permissive (young, dirty, writable), by the architecture's rule.
     *
     * @param dirty whether the fault was a write
     * @return whether the entry differs from what was there
     */
    public boolean setAccessFlags(AddressSpace mm, long address, long newEntry, boolean dirty) {
        long entry = newEntry & bits;
        tracer.call(Tracepoint.PTEP_SET_ACCESS_FLAGS, mm.id(), address, address + mm.pageSize(), entry,
                dirty ? "dirty" : "");
        boolean changed = upgrade(mm, address, entry, dirty);
        tracer.call(Tracepoint.SET_ACCESS_FLAGS_RET, mm.id(), address, address + mm.pageSize(), changed ? 1 : 0, "");
        return changed;
    }

    private boolean upgrade(AddressSpace mm, long address, long entry, boolean dirty) {
        long before = mm.pageTable().get(address);
        if (before == entry) {
            return false;
        }
        if (dirty || architecture.upgradeWrittenOnReadFault()) {
            write(mm, address, entry);
        }
        UpgradeFlush rule = architecture.upgradeFlush();
        if (rule == UpgradeFlush.ON_CHANGE || (rule == UpgradeFlush.ON_WRITE_FAULT && dirty)) {
            tlb.afterUpgrade(mm, address, mm.pageSize(), mm.pageSize(), Cause.PTEP_SET_ACCESS_FLAGS);
        }
        return true;
    }

    /** {@code flush_tlb_fix_spurious_fault}: a write found its entry as it should be. */
    public void fixSpuriousFault(AddressSpace mm, long address) {
        tlb.spuriousFault(mm, address);
    }

    /** {@code ptep_clear_flush}, with {@code _notify} where the design has it: clear, flush, tell. */
    public long clearFlushNotify(AddressSpace mm, long address) {
        long before = mm.pageTable().get(address);
        write(mm, address, Pte.NONE);
        if (Pte.present(before)) {
            tlb.page(mm, address, Cause.PTEP_CLEAR_FLUSH);
        }
        if (notifyAtClearFlush) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), address, address + mm.pageSize(),
                    Cause.PTEP_CLEAR_FLUSH);
        }
        return before;
    }

    /** {@code set_pte_at_notify}: change_pte first, where the design has it, then the write. */
    public void setPteAtNotify(AddressSpace mm, long address, long pte) {
        notifiers.changePte(mm.subscriptions(), address, mm.pageSize(), pte);
        write(mm, address, pte);
    }

    /** {@code ptep_get_and_clear}: the flush is the caller's, by its mmu_gather. */
    public long getAndClear(AddressSpace mm, long address) {
        long before = mm.pageTable().get(address);
        write(mm, address, Pte.NONE);
        return before;
    }

    /** {@code ptep_set_wrprotect}: the flush is the caller's. */
    public void setWrprotect(AddressSpace mm, long address) {
        write(mm, address, Pte.wrprotect(mm.pageTable().get(address)));
    }

    /** {@code ptep_modify_prot_start} and {@code _commit}: the flush is the caller's. */
    public void modifyProtection(AddressSpace mm, long address, long pte) {
        write(mm, address, pte);
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

    /** What the hardware does on a walk: accessed and dirty bits of a leaf of any level, without any kernel code. */
    public void hardwareUpdate(AddressSpace mm, long address, long pte) {
        current.get().step(Step.PTE_WRITE);
        mm.pageTable().update(address, pte);
    }

    private void write(AddressSpace mm, long address, long newPte) {
        long pte = newPte & bits;
        current.get().step(Step.PTE_WRITE);
        if (observer.observes(mm)) {
            long before = mm.pageTable().get(address);
            mm.pageTable().set(address, pte);
            observer.entryChanged(mm, address, before, pte);
        } else {
            mm.pageTable().set(address, pte);
        }
    }
}
