package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.NotifySite;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * What hugetlb contributes to migration: pages of its pools as targets, what belongs to a page beside its content, and the
 * window and the shared tables that {@code try_to_migrate_one()} has to mind.
 */
public final class HugetlbMigration {
    private final HugetlbPools pools;
    private final HugetlbPageTables tables;
    private final HugetlbGather gathers;
    private final HugePteOps ops;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final boolean notifyAfterUnshare;

    HugetlbMigration(KernelDesign design, HugetlbPools pools, HugetlbPageTables tables, HugetlbGather gathers,
            HugePteOps ops, Frames frames, MmuNotifiers notifiers) {
        this.pools = pools;
        this.tables = tables;
        this.gathers = gathers;
        this.ops = ops;
        this.frames = frames;
        this.notifiers = notifiers;
        this.notifyAfterUnshare = design.notifiesAt(NotifySite.UNSHARE_FLUSH);
    }

    /** Changes entries of huge pages. */
    public HugePteOps ops() {
        return ops;
    }

    /** {@code huge_page_size} of a hugetlb VMA, in bytes. */
    public long pageSize(Vma vma) {
        return HugetlbInode.of(vma).pageSize();
    }

    /** {@code hugetlb_pmd_shared}: whether the entry of a page is in a table that others use too. */
    public boolean isTableShared(AddressSpace mm, Vma vma, long page) {
        return pageSize(vma) == tables.pmdSize() && mm.pageTable().isTableShared(page);
    }

    /**
     * {@code alloc_hugetlb_folio_nodemask}: a page like another one on a memory node, with one reference.
     *
     * @return its head, or {@link Frames#NO_FRAME}
     */
    public int allocate(int like, int node) {
        HugeFolio folio = pools.pool(like).takeForMigration(node);
        return folio == null ? Frames.NO_FRAME : folio.head;
    }

    /** Whether moving a page would lose count of its mount's limit (EBUSY): it is private, and the mount has one. */
    public boolean staysForItsMount(int head) {
        return pools.folio(head).subpool != null && !(frames.mapping(head) instanceof MappedFile);
    }

    /**
     * {@code hugetlbfs_migrate_folio}, {@code migrate_folio}: content, flags and owner of a page that nothing maps.
     *
     * @return false if somebody else has a reference (EAGAIN)
     */
    public boolean move(int from, int to) {
        boolean cached = frames.mapping(from) instanceof MappedFile;
        if (frames.refcount(from) != (cached ? 2 : 1)) {
            return false;
        }
        frames.copy(from, to);
        for (int flag : new int[] {Frames.ANON, Frames.DIRTY, Frames.PAGE_CACHE}) {
            for (int i = 0; i < frames.pages(from); i++) {
                if (frames.has(from + i, flag)) {
                    frames.set(to + i, flag);
                }
            }
        }
        long index = frames.index(from);
        frames.setMapping(to, frames.mapping(from), index);
        if (frames.mapping(from) instanceof MappedFile file && file.vmOperations() instanceof HugetlbInode inode) {
            inode.replace(index >> frames.order(from), from, to);
            HugeFolio old = pools.folio(from);
            pools.folio(to).subpool = old.subpool;
            old.subpool = null;
        }
        frames.setMapping(from, null, 0);
        return true;
    }

    /** {@code move_hugetlb_state}: the new page takes the old one's place in the pool. */
    public void moved(int from, int to) {
        pools.pool(from).migrated(pools.folio(from), pools.folio(to));
    }

    /** Opens the window of {@code try_to_migrate_one} for a page of a VMA: wider where its table may be a shared one. */
    public MmuNotifierRange rangeStart(AddressSpace mm, Vma vma, long page) {
        HugetlbRange range = HugetlbRange.ifSharingPossible(vma, page, page + pageSize(vma), tables.sharingSpan());
        return notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, range.start(), range.end(),
                Cause.TRY_TO_MIGRATE_ONE);
    }

    /**
     * {@code huge_pmd_unshare} with its flush: the address space leaves the table that the page is in, if others use it too,
     * and with that no longer maps the page.
     *
     * @param window the open one
     */
    public boolean leaveSharedTable(AddressSpace mm, Vma vma, long page, MmuNotifierRange window) {
        MmuGather gather = gathers.begin();
        boolean left = tables.unshare(gather, mm, vma, page);
        gather.flushUnshared(mm);
        if (left && notifyAfterUnshare) {
            notifiers.invalidateSecondaryTlbs(mm.subscriptions(), window.start(), window.end(),
                    Cause.TRY_TO_MIGRATE_ONE);
        }
        gathers.finish(mm);
        return left;
    }
}
