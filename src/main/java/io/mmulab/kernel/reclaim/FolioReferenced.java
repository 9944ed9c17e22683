package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code folio_referenced()} of {@code mm/rmap.c}: how many mappings of a folio have been used since it was asked last, by
 * CPUs or by subscribers. Asking makes them old.
 */
final class FolioReferenced {
    private final Rmap rmap;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private int referenced;
    private long vmFlags;

    FolioReferenced(Rmap rmap, PageTableOps ops, PmdOps pmds, Frames frames, MmuNotifiers notifiers,
            CurrentActor current) {
        this.rmap = rmap;
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.notifiers = notifiers;
        this.current = current;
    }

    /** Mappings that were used. */
    int count(int head) {
        referenced = 0;
        vmFlags = 0;
        rmap.walkFolio(head, (mm, vma, address) -> one(mm, vma, address, head));
        return referenced;
    }

    /** {@link VmFlags} of the VMAs through which it was used, and {@code LOCKED} if one of them is. */
    long vmFlags() {
        return vmFlags;
    }

    private boolean one(AddressSpace mm, Vma vma, long address, int head) {
        long end = frames.order(head) == 0 ? address + mm.pageSize() : rmap.end(mm, vma, head);
        boolean found = false;
        for (long at = address; at < end; at += mm.pageSize()) {
            if (!Rmap.mapsFolio(frames, ops.get(mm, at), head)) {
                continue;
            }
            if (vma.has(VmFlags.LOCKED)) {
                vmFlags |= VmFlags.LOCKED;
                return false;
            }
            boolean huge = Pte.isHuge(ops.get(mm, at));
            found |= (huge ? clearFlushYoungPmd(mm, at) : clearFlushYoung(mm, at)) && !vma.has(VmFlags.SEQ_READ);
            at = huge ? end : at;
        }
        if (found) {
            referenced++;
            vmFlags |= vma.flags() & ~VmFlags.LOCKED;
        }
        return true;
    }

    /** {@code pmdp_clear_flush_young_notify}. */
    private boolean clearFlushYoungPmd(AddressSpace mm, long at) {
        current.get().lock(LockKind.PTL);
        boolean young = pmds.testAndClearYoung(mm, at);
        young |= notifiers.clearFlushYoung(mm.subscriptions(), at, at + pmds.size(), Cause.PAGE_REFERENCED);
        current.get().unlock(LockKind.PTL);
        return young;
    }

    /** {@code ptep_clear_flush_young_notify}. */
    private boolean clearFlushYoung(AddressSpace mm, long at) {
        current.get().lock(LockKind.PTL);
        boolean young = Pte.present(ops.get(mm, at)) && ops.clearFlushYoung(mm, at, Cause.PAGE_REFERENCED);
        young |= notifiers.clearFlushYoung(mm.subscriptions(), at, at + mm.pageSize(), Cause.PAGE_REFERENCED);
        current.get().unlock(LockKind.PTL);
        return young;
    }
}
