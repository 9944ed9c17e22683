package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.Vma;

/** {@code hugetlb_change_protection()}. The caller, mprotect or userfaultfd, has a gather of its own open. */
public final class HugetlbProtection {
    private final HugePteOps ops;
    private final HugetlbPageTables tables;
    private final HugetlbGather gathers;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;

    /** What userfaultfd wants of the write protection. */
    public enum Uffd {
        /** Nothing: mprotect. */
        NONE,
        /** {@code MM_CP_UFFD_WP}. */
        PROTECT,
        /** {@code MM_CP_UFFD_WP_RESOLVE}. */
        RESOLVE
    }

    HugetlbProtection(HugePteOps ops, HugetlbPageTables tables, HugetlbGather gathers, MmuNotifiers notifiers,
            CurrentActor current) {
        this.ops = ops;
        this.tables = tables;
        this.gathers = gathers;
        this.notifiers = notifiers;
        this.current = current;
    }

    /**
     * Gives the entries of {@code [start, end)} their VMA's rights. Its flush comes before the end of the window; since the
     * caller's gather is open too, everything is flushed once more after it ({@code mm_tlb_flush_nested}).
     *
     * @param prot the new {@code vm_page_prot}
     */
    public void change(AddressSpace mm, Vma vma, long start, long end, long prot, Uffd uffd) {
        HugetlbRange range = HugetlbRange.ifSharingPossible(vma, start, end, tables.sharingSpan());
        MmuGather gather = gathers.begin();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.PROTECTION_VMA, range.start(),
                range.end(), Cause.HUGETLB_CHANGE_PROTECTION);
        long size = HugetlbInode.of(vma).pageSize();
        for (long at = start; at < end; at += size) {
            if (!ops.exists(mm, at, size)) {
                if (uffd != Uffd.PROTECT) {
                    at = ops.lastInTable(at, size);
                    continue;
                }
                tables.allocate(mm, vma, at);
            }
            current.get().lock(LockKind.PTL);
            boolean unshared = tables.unshare(gather, mm, vma, at);
            if (!unshared) {
                entry(gather, mm, at, size, prot, uffd);
            }
            current.get().unlock(LockKind.PTL);
            at = unshared ? ops.lastInTable(at, size) : at;
        }
        gather.flushOnly(mm, Cause.HUGETLB_CHANGE_PROTECTION);
        gather.flushUnshared(mm);
        notifiers.rangeEnd(window);
        gathers.finish(mm);
    }

    private void entry(MmuGather gather, AddressSpace mm, long at, long size, long prot, Uffd uffd) {
        long before = ops.get(mm, at, size);
        if (before == Pte.NONE) {
            if (uffd == Uffd.PROTECT) {
                ops.set(mm, at, size, Pte.marker(Pte.MARKER_UFFD_WP));
            }
        } else if (Pte.present(before)) {
            ops.modifyProtection(mm, at, size, withUffd(Pte.modify(before, prot), uffd));
            gather.addPage(at, size);
        } else if (Pte.isMarker(before)) {
            if (uffd == Uffd.RESOLVE && Pte.isMarker(before, Pte.MARKER_UFFD_WP)) {
                ops.set(mm, at, size, Pte.NONE);
            }
        } else if (Pte.kind(before) == Pte.MIGRATION) {
            ops.set(mm, at, size, withUffd(Pte.wrprotect(before), uffd));
        }
    }

    private static long withUffd(long pte, Uffd uffd) {
        return switch (uffd) {
            case NONE -> pte;
            case PROTECT -> Pte.mkuffdWp(pte);
            case RESOLVE -> Pte.clearUffdWp(pte);
        };
    }
}
