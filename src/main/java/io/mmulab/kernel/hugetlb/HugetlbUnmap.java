package io.mmulab.kernel.hugetlb;

import java.util.List;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
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
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** Takes huge pages out of page tables: {@code __unmap_hugepage_range()} and its callers in {@code mm/hugetlb.c}. */
public final class HugetlbUnmap {
    private final HugePteOps ops;
    private final HugetlbPageTables tables;
    private final HugetlbPools pools;
    private final Frames frames;
    private final HugetlbGather gathers;
    private final MmuNotifiers notifiers;
    private final HugetlbMappings mappings;
    private final CurrentActor current;
    private final boolean windowInside;
    private final boolean restoresReservation;
    private final boolean refByOffset;

    /**
     * For one machine.
     *
     * @param gathers for work on address spaces that no caller gathers for
     */
    HugetlbUnmap(KernelVersion version, HugePteOps ops, HugetlbPageTables tables, HugetlbPools pools, Frames frames,
            HugetlbGather gathers,
            MmuNotifiers notifiers, HugetlbMappings mappings, CurrentActor current) {
        this.ops = ops;
        this.tables = tables;
        this.pools = pools;
        this.frames = frames;
        this.gathers = gathers;
        this.notifiers = notifiers;
        this.mappings = mappings;
        this.current = current;
        this.windowInside = version.has(VersionRule.HUGETLB_UNMAP_OPENS_WINDOW);
        this.restoresReservation = version.has(VersionRule.HUGETLB_UNMAP_RESTORES_RESERVATION);
        this.refByOffset = version.has(VersionRule.HUGETLB_UNMAP_REF_BY_OFFSET);
    }

    /**
     * {@code __unmap_hugepage_range}: clears {@code [start, end)} of a VMA; the open gather flushes and frees.
     *
     * @param dropMarkers whether the memory of userfaultfd's write protection goes too ({@code ZAP_FLAG_DROP_MARKER})
     */
    public void range(MmuGather gather, AddressSpace mm, Vma vma, long start, long end, boolean dropMarkers) {
        range(gather, mm, vma, start, end, Frames.NO_FRAME, dropMarkers);
    }

    private void range(MmuGather gather, AddressSpace mm, Vma vma, long start, long end, int onlyFrame,
            boolean dropMarkers) {
        MmuNotifierRange window = windowInside ? window(mm, vma, start, end, EventType.UNMAP) : null;
        long size = HugetlbInode.of(vma).pageSize();
        for (long at = start; at < end; at += size) {
            if (!ops.exists(mm, at, size)) {
                at = ops.lastInTable(at, size);
                continue;
            }
            current.get().lock(LockKind.PTL);
            if (tables.unshare(gather, mm, vma, at)) {
                current.get().unlock(LockKind.PTL);
                at = ops.lastInTable(at, size);
                continue;
            }
            boolean done = page(gather, mm, vma, at, size, onlyFrame, dropMarkers);
            current.get().unlock(LockKind.PTL);
            if (done) {
                break;
            }
        }
        if (window != null) {
            notifiers.rangeEnd(window);
        }
        gather.endVma(mm);
        gather.flushUnshared(mm);
    }

    private MmuNotifierRange window(AddressSpace mm, Vma vma, long start, long end, EventType event) {
        HugetlbRange range = HugetlbRange.ifSharingPossible(vma, start, end, tables.sharingSpan());
        return notifiers.rangeStart(mm.subscriptions(), event, range.start(), range.end(),
                Cause.UNMAP_HUGEPAGE_RANGE);
    }

    /** One entry; true if it was the one that is looked for. */
    private boolean page(MmuGather gather, AddressSpace mm, Vma vma, long at, long size, int onlyFrame,
            boolean dropMarkers) {
        long pte = ops.get(mm, at, size);
        if (pte == Pte.NONE) {
            return false;
        }
        if (!Pte.present(pte)) {
            ops.set(mm, at, size, Pte.uffdWp(pte) && !dropMarkers ? Pte.marker(Pte.MARKER_UFFD_WP) : Pte.NONE);
            return false;
        }
        int head = Pte.frame(pte);
        if (onlyFrame != Frames.NO_FRAME) {
            if (head != onlyFrame) {
                return false;
            }
            VmaReservation.setUnmapped(vma);
        }
        pte = ops.getAndClear(mm, at, size);
        gather.addPage(at, size);
        if (Pte.dirty(pte)) {
            frames.set(head, Frames.DIRTY);
        }
        if (Pte.uffdWp(pte) && !dropMarkers) {
            ops.set(mm, at, size, Pte.marker(Pte.MARKER_UFFD_WP));
        }
        mm.addHugetlbPages(-frames.pages(head));
        frames.removeEntireRmap(head);
        restoreReservation(vma, at, head);
        gather.addFrame(mm, head);
        return onlyFrame != Frames.NO_FRAME;
    }

    /** The owner's last entry of an anonymous page is gone: the page is promised to it again, unless surplus pages shrink. */
    private void restoreReservation(Vma vma, long at, int head) {
        VmaReservation reservation = VmaReservation.of(vma);
        if (!restoresReservation || pools.pool(head).surplus() > 0 || vma.has(VmFlags.MAYSHARE) || !reservation.owner()
                || reservation.map() == null || frames.mapcount(head) > 0 || !frames.has(head, Frames.ANON)) {
            return;
        }
        pools.folio(head).restoreReserve = true;
        HugetlbInode inode = HugetlbInode.of(vma);
        if (HugetlbAllocator.needsReservation(inode, vma, at)) {
            HugetlbAllocator.restore(inode, vma, at);
        }
    }

    /** {@code zap_page_range_single}: MADV_DONTNEED of whole huge pages, with the caller's open gather. */
    public void zapPageRangeSingle(MmuGather gather, AddressSpace mm, Vma vma, long start, long end) {
        HugetlbRange range = HugetlbRange.ifSharingPossible(vma, start, end, tables.sharingSpan());
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, range.start(), range.end(),
                Cause.ZAP_PAGE_RANGE_SINGLE);
        range(gather, mm, vma, start, end, false);
        notifiers.rangeEnd(window);
    }

    /** {@code unmap_hugepage_range}: with a gather and, since 6.3, a window of its own. */
    void unmapHugepageRange(AddressSpace mm, Vma vma, long start, long end, int onlyFrame, boolean dropMarkers) {
        MmuNotifierRange window = windowInside ? null : window(mm, vma, start, end, EventType.CLEAR);
        MmuGather gather = gathers.begin();
        range(gather, mm, vma, start, end, onlyFrame, dropMarkers);
        if (window != null) {
            notifiers.rangeEnd(window);
        }
        gathers.finish(mm);
    }

    /**
     * {@code unmap_ref_private}: the owner of a reservation must copy a page and the pool is empty, so those who only share
     * the page by fork lose it, and a fault on it kills them.
     */
    void unmapRefPrivate(Vma owner, long page, int frame) {
        HugetlbInode inode = HugetlbInode.of(owner);
        long offset = owner.pageIndex(page);
        List<HugetlbMappings.Mapping> sharers = mappings.of(owner.file(), offset, offset);
        for (HugetlbMappings.Mapping sharer : sharers) {
            Vma vma = sharer.vma();
            if (vma == owner || vma.has(VmFlags.MAYSHARE) || VmaReservation.of(vma).owner()) {
                continue;
            }
            long at = refByOffset ? vma.start() + ((offset - vma.pgoff()) << pageShift(inode)) : page;
            unmapHugepageRange(sharer.mm(), vma, at, at + inode.pageSize(), frame, false);
        }
    }

    private static int pageShift(HugetlbInode inode) {
        return inode.hstate().shift() - inode.hstate().order();
    }
}
