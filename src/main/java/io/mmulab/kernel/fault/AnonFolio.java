package io.mmulab.kernel.fault;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.thp.ThpPurpose;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code alloc_anon_folio()}: the first write to anonymous memory gets the largest folio below the PMD's that is enabled,
 * lies within the VMA, and comes to places that are all empty.
 */
final class AnonFolio {

    private final PageTableOps ops;
    private final ThpOrders orders;
    private final Frames frames;
    private final Lru lru;
    private final Reuse reuse;

    /** Whether a write may reuse a page of a large folio that is not known to be exclusive. */
    private enum Reuse {
        AS_SMALL,
        NEVER,
        IF_MAPPED_BY_ONE
    }

    AnonFolio(KernelVersion version, PageTableOps ops, ThpOrders orders, Frames frames, Lru lru) {
        this.lru = lru;
        if (version.has(VersionRule.LARGE_ANON_FOLIO_REUSE)) {
            reuse = Reuse.IF_MAPPED_BY_ONE;
        } else {
            reuse = version.has(VersionRule.NO_LARGE_ANON_FOLIO_REUSE) ? Reuse.NEVER : Reuse.AS_SMALL;
        }
        this.ops = ops;
        this.orders = orders;
        this.frames = frames;
    }

    /** Whether larger folios may be had at all; costs one comparison where none are enabled. */
    boolean mayBeLarge(Vma vma) {
        return orders.anyBelowPmd() && !vma.has(VmFlags.UFFD);
    }

    /** The head of a new folio, of whatever size, or {@link Frames#NO_FRAME}. */
    int alloc(AddressSpace mm, Vma vma, long page) {
        int allowed = orders.allowable(mm, vma, ThpPurpose.PAGE_FAULT, orders.pmdPages() - 1);
        int left = ThpOrders.suitableOrders(mm, vma, page, allowed);
        while (left != 0) {
            int order = 31 - Integer.numberOfLeadingZeros(left);
            if (rangeNone(mm, start(mm, page, order), 1 << order)) {
                int head = frames.alloc(order, Frames.ANON | Frames.SWAPBACKED | vma.policyFlags());
                if (head != Frames.NO_FRAME) {
                    return head;
                }
            }
            left &= ~(1 << order);
        }
        return frames.alloc(Frames.ANON | Frames.SWAPBACKED);
    }

    /** First byte that a folio for an address maps. */
    static long start(AddressSpace mm, long page, int order) {
        return page & -(mm.pageSize() << order);
    }

    /** {@code pte_range_none}. */
    boolean rangeNone(AddressSpace mm, long start, int pages) {
        for (int i = 0; i < pages; i++) {
            if (ops.get(mm, start + i * mm.pageSize()) != Pte.NONE) {
                return false;
            }
        }
        return true;
    }

    /** Maps all pages of a new folio around an address ({@code folio_add_new_anon_rmap}, {@code set_ptes}). */
    void map(AddressSpace mm, Vma vma, long page, int head, long pte) {
        int nr = frames.pages(head);
        lru.addLarge();
        frames.get(head, nr - 1);
        long start = start(mm, page, frames.order(head));
        frames.setMapping(head, vma.anonVma(), vma.pageIndex(start));
        for (int frame = head; frame < head + nr; frame++) {
            frames.addRmap(frame, mm.id());
            frames.set(frame, Frames.ANON_EXCLUSIVE);
        }
        mm.addAnonPages(nr);
        ops.setPtes(mm, start, pte, nr);
    }

    /** Whether a page of a large folio is taken over by the rule of a single page. */
    boolean reusesAsSmall() {
        return reuse == Reuse.AS_SMALL;
    }

    /** {@code wp_can_reuse_anon_folio} of a page of a large folio. */
    boolean canReuse(int frame) {
        return switch (reuse) {
            case AS_SMALL -> frames.refcount(frame) == 1;
            case NEVER -> false;
            case IF_MAPPED_BY_ONE -> {
                int mappings = frames.folioMapcount(frame);
                yield mappings > 1 && !frames.maybeMappedShared(frame) && mappings == frames.refcount(frame);
            }
        };
    }
}
