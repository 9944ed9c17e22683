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

/** {@code move_hugetlb_page_tables()}: mremap's move of a hugetlb VMA, entry by entry. */
public final class HugetlbMove {
    private final HugePteOps ops;
    private final HugetlbPageTables tables;
    private final HugetlbGather gathers;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;

    HugetlbMove(HugePteOps ops, HugetlbPageTables tables, HugetlbGather gathers, MmuNotifiers notifiers,
            CurrentActor current) {
        this.ops = ops;
        this.tables = tables;
        this.gathers = gathers;
        this.notifiers = notifiers;
        this.current = current;
    }

    /** Moves the entries of {@code length} bytes from one VMA to another. */
    public void move(AddressSpace mm, Vma from, Vma to, long oldStart, long newStart, long length) {
        long end = oldStart + length;
        HugetlbRange range = HugetlbRange.ifSharingPossible(from, oldStart, end, tables.sharingSpan());
        MmuGather gather = gathers.begin();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, range.start(), range.end(),
                Cause.MOVE_HUGETLB_PAGE_TABLES);
        long size = HugetlbInode.of(from).pageSize();
        for (long at = oldStart; at < end; at += size) {
            if (!ops.exists(mm, at, size)) {
                at = ops.lastInTable(at, size);
            } else if (ops.get(mm, at, size) != Pte.NONE) {
                current.get().lock(LockKind.PTL);
                boolean unshared = tables.unshare(gather, mm, from, at);
                if (!unshared) {
                    entry(gather, mm, to, at, newStart + (at - oldStart), size);
                }
                current.get().unlock(LockKind.PTL);
                at = unshared ? ops.lastInTable(at, size) : at;
            }
        }
        gather.flushOnly(mm, Cause.MOVE_HUGETLB_PAGE_TABLES);
        gather.flushUnshared(mm);
        notifiers.rangeEnd(window);
        gathers.finish(mm);
    }

    private void entry(MmuGather gather, AddressSpace mm, Vma to, long at, long target, long size) {
        tables.allocate(mm, to, target);
        ops.set(mm, target, size, ops.getAndClear(mm, at, size));
        gather.addPage(at, size);
    }
}
