package io.mmulab.kernel.hugetlb;

import java.util.Objects;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.Vma;

/** What becomes of a huge page in which memory has failed ({@code mm/memory-failure.c}, {@code try_to_unmap_one()}). */
public final class HugetlbPoison {
    private final HugePteOps ops;
    private final HugetlbPageTables tables;
    private final HugetlbPools pools;
    private final HugetlbMappings mappings;
    private final HugetlbGather gathers;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private final CurrentActor current;

    HugetlbPoison(HugePteOps ops, HugetlbPageTables tables, HugetlbPools pools, HugetlbMappings mappings,
            HugetlbGather gathers, MmuNotifiers notifiers, Frames frames, CurrentActor current) {
        this.ops = ops;
        this.tables = tables;
        this.pools = pools;
        this.mappings = mappings;
        this.gathers = gathers;
        this.notifiers = notifiers;
        this.frames = frames;
        this.current = current;
    }

    /**
     * {@code try_to_unmap}: poisoned entries in the place of all that map a page.
     *
     * @param vma one that maps it
     * @param address in the page, in that VMA
     */
    public void unmap(Vma vma, long address, int head) {
        long page = address & -HugetlbInode.of(vma).pageSize();
        long index = vma.pageIndex(page);
        boolean anon = frames.has(head, Frames.ANON);
        for (HugetlbMappings.Mapping mapping : mappings.of(vma.file(), index, index)) {
            Vma other = mapping.vma();
            if (!anon || isFamily(vma, other)) {
                long at = other.start() + (index - other.pgoff()) * mapping.mm().pageSize();
                one(mapping.mm(), other, at, head, anon);
            }
        }
    }

    private static boolean isFamily(Vma vma, Vma other) {
        AnonVma mine = vma.anonVma();
        AnonVma theirs = other.anonVma();
        return mine != null && theirs != null && Objects.equals(mine.root(), theirs.root());
    }

    private void one(AddressSpace mm, Vma vma, long at, int head, boolean anon) {
        long size = HugetlbInode.of(vma).pageSize();
        HugetlbRange range = HugetlbRange.ifSharingPossible(vma, at, at + size, tables.sharingSpan());
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, range.start(), range.end(),
                Cause.TRY_TO_UNMAP_ONE);
        if (ops.exists(mm, at, size)) {
            long pte = ops.get(mm, at, size);
            if (Pte.present(pte) && Pte.frame(pte) == head && (anon || !unshare(mm, vma, at))) {
                current.get().lock(LockKind.PTL);
                clear(mm, at, size, head);
                current.get().unlock(LockKind.PTL);
            }
        }
        notifiers.rangeEnd(window);
    }

    /** {@code huge_pmd_unshare}: a table that others use too is left to them, and with it the page. */
    private boolean unshare(AddressSpace mm, Vma vma, long at) {
        MmuGather gather = gathers.begin();
        boolean unshared = tables.unshare(gather, mm, vma, at);
        gather.flushUnshared(mm);
        gathers.finish(mm);
        return unshared;
    }

    private void clear(AddressSpace mm, long at, long size, int head) {
        if (Pte.dirty(ops.clearFlush(mm, at, size))) {
            frames.set(head, Frames.DIRTY);
        }
        mm.addHugetlbPages(-frames.pages(head));
        ops.set(mm, at, size, Pte.of(head, Pte.HWPOISON));
        frames.removeEntireRmap(head);
        frames.put(head);
    }

    /**
     * {@code me_huge_page}, of a page that nothing maps any more: one of a file stays there, for all to stumble over; an
     * anonymous one leaves its pool, and all of it but the frame that failed is free memory.
     *
     * @param frame the one that failed, with the caller's reference, which it keeps
     * @return false if somebody else has a reference, or the pool cannot do without the page
     */
    public boolean contain(int frame) {
        int head = frames.head(frame);
        if (!frames.has(head, Frames.ANON)) {
            return frames.refcount(head) == 2;
        }
        return pools.dissolvePoisoned(frame);
    }
}
