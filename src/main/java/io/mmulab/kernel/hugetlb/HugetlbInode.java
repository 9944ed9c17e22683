package io.mmulab.kernel.hugetlb;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.VmOperations;
import io.mmulab.kernel.vma.Vma;

/**
 * A file of hugetlbfs: its page cache by huge-page offset, the offsets that are reserved for it, and what it does with the
 * VMAs that map it. One without a name (MAP_ANONYMOUS) ends with its last VMA.
 */
public final class HugetlbInode implements VmOperations, FrameHolder {
    private final Hstate hstate;
    private final Frames frames;
    private final @Nullable HugepageSubpool subpool;
    private final boolean anonymous;
    private final ResvMap reservations = new ResvMap();
    private final TreeMap<Long, Integer> pages = new TreeMap<>();
    private int vmas;

    /**
     * An empty file.
     *
     * @param subpool the mount's limits, if it has any
     * @param anonymous whether nothing but VMAs keeps it ({@code HUGETLB_ANON_FILE})
     */
    HugetlbInode(Hstate hstate, Frames frames, @Nullable HugepageSubpool subpool, boolean anonymous) {
        this.hstate = hstate;
        this.frames = frames;
        this.subpool = subpool;
        this.anonymous = anonymous;
    }

    /** The inode of a hugetlb VMA. */
    static HugetlbInode of(Vma vma) {
        if (vma.file() != null && vma.file().vmOperations() instanceof HugetlbInode inode) {
            return inode;
        }
        throw new IllegalArgumentException(vma + " is no hugetlb mapping");
    }

    /** Its pool. */
    public Hstate hstate() {
        return hstate;
    }

    /** The mount's limits. */
    public @Nullable HugepageSubpool subpool() {
        return subpool;
    }

    /** {@code inode_resv_map}: the offsets that were ever reserved. */
    ResvMap reservations() {
        return reservations;
    }

    /** {@code vma_hugecache_offset}: the huge-page offset into the file of an address of a VMA. */
    long offset(Vma vma, long address) {
        return vma.pageIndex(address) >> hstate.order();
    }

    // --- page cache ---

    /** {@code filemap_get_folio}: the head frame of a cached page, or {@link Frames#NO_FRAME}. */
    public int cached(long offset) {
        return pages.getOrDefault(offset, Frames.NO_FRAME);
    }

    /** Cached pages. */
    public int cachedPages() {
        return pages.size();
    }

    /** The first cached offset at or after one, and its head; null if there is none. */
    Map.@Nullable Entry<Long, Integer> nextCached(long offset) {
        return pages.ceilingEntry(offset);
    }

    /**
     * {@code hugetlb_add_to_page_cache}: the cache takes over the caller's reference and gets another for the caller.
     *
     * @param file the file that this is the inode of
     */
    void addToCache(HugeFolio folio, @Nullable MappedFile file, long offset) {
        pages.put(offset, folio.head);
        frames.setMapping(folio.head, file, offset << hstate.order());
        frames.get(folio.head);
        folio.restoreReserve = false;
        for (int frame = folio.head; frame < folio.head + hstate.basePages(); frame++) {
            frames.set(frame, (byte) (Frames.PAGE_CACHE | Frames.DIRTY));
        }
    }

    /** {@code hugetlb_delete_from_page_cache}: the cache's reference is dropped. */
    void removeFromCache(long offset) {
        Integer head = pages.remove(offset);
        if (head != null) {
            for (int frame = head; frame < head + hstate.basePages(); frame++) {
                frames.clear(frame, (byte) (Frames.PAGE_CACHE | Frames.DIRTY));
            }
            frames.setMapping(head, null, 0);
            frames.put(head);
        }
    }

    /** {@code migrate_huge_page_move_mapping}: another page takes a cached one's place, and the cache's reference. */
    void replace(long offset, int from, int to) {
        pages.put(offset, to);
        frames.get(to);
        frames.put(from);
    }

    @Override
    public void visitHeld(Visitor visitor) {
        pages.values().forEach(head -> visitor.holds(head, 1));
    }

    // --- reservations ---

    /**
     * {@code hugetlb_reserve_pages} of a mapping over {@code [from, to)}: shared ones reserve what the file has not reserved
     * yet, private ones their whole length.
     *
     * @return whether the pool has that much; nothing has changed if not
     */
    boolean reserve(Vma vma, long from, long to) {
        if (vma.has(VmFlags.NORESERVE)) {
            return true;
        }
        boolean shared = vma.has(VmFlags.MAYSHARE);
        long wanted = shared ? reservations.missing(from, to) : to - from;
        if (!grow(wanted)) {
            return false;
        }
        if (shared) {
            reservations.add(from, to);
        } else {
            vma.setPrivateData(new VmaReservation(new ResvMap(), true, false));
        }
        return true;
    }

    private boolean grow(long wanted) {
        long fromPool = subpool == null ? wanted : subpool.getPages(wanted);
        if (fromPool == HugepageSubpool.REFUSED) {
            return false;
        }
        if (!hstate.account(fromPool)) {
            if (subpool != null) {
                subpool.putPages(wanted);
            }
            return false;
        }
        return true;
    }

    private void shrink(long pagesLess) {
        if (pagesLess > 0) {
            hstate.account(-(subpool == null ? pagesLess : subpool.putPages(pagesLess)));
        }
    }

    /** {@code hugetlb_unreserve_pages}: {@code [from, to)} was cut off or punched out, {@code freed} pages of it cached. */
    void unreserve(long from, long to, long freed) {
        shrink(reservations.remove(from, to) - freed);
    }

    // --- VMAs ---

    /** A first VMA of a mapping was made ({@code hugetlbfs_file_mmap}). */
    void mapped() {
        vmas++;
    }

    @Override
    public void open(Vma vma) {
        vmas++;
        VmaReservation reservation = VmaReservation.of(vma);
        if (reservation.owner() && reservation.map() != null) {
            reservation.map().get();
        }
    }

    /** {@code hugetlb_dup_vma_private}: the reservation is the parent's. */
    @Override
    public void openInChild(Vma vma) {
        vma.setPrivateData(null);
        open(vma);
    }

    /** {@code hugetlb_vm_op_close}: what a private mapping reserved and did not use goes back. */
    @Override
    public void close(Vma vma) {
        VmaReservation reservation = VmaReservation.of(vma);
        ResvMap map = reservation.map();
        if (reservation.owner() && map != null) {
            long from = offset(vma, vma.start());
            long to = from + ((vma.end() - vma.start()) >> hstate.shift());
            shrink(to - from - map.count(from, to));
            map.put();
        }
        vmas--;
        if (anonymous && vmas == 0) {
            evict();
        }
    }

    /** {@code clear_vma_resv_huge_pages}: a move gave the reservation to the new VMA; the old one is about to close. */
    void reservationMoved(Vma old) {
        VmaReservation reservation = VmaReservation.of(old);
        if (reservation.owner() && reservation.map() != null) {
            reservation.map().put();
        }
        old.setPrivateData(null);
    }

    /** {@code hugetlbfs_evict_inode}: nobody can reach the file any more. */
    private void evict() {
        long freed = pages.size();
        while (!pages.isEmpty()) {
            removeFromCache(pages.firstKey());
        }
        unreserve(0, Long.MAX_VALUE, freed);
    }

    @Override
    public boolean maySplit(Vma vma, long address) {
        return (address & (hstate.size() - 1)) == 0;
    }

    @Override
    public long pageSize() {
        return hstate.size();
    }
}
