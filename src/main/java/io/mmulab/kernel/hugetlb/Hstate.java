package io.mmulab.kernel.hugetlb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.Frames;

/**
 * {@code struct hstate}: the pool of one huge-page size. Free pages lie on a list of their memory node, last in first out.
 *
 * <p>At any time {@code 0 <= free <= total}, {@code surplus <= total}, and {@code free >= reserved}: whoever reserved will
 * find a page.
 */
public final class Hstate {
    /** {@code NUMA_NO_NODE}: a page of any memory node will do, of the CPUs' own first. */
    static final int ANY_NODE = -1;

    private final Frames frames;
    private final HugeFolios folios;
    private final int order;
    private final int pageShift;
    private final boolean gigantic;
    private final List<ArrayDeque<HugeFolio>> freeLists = new ArrayList<>();
    private final long[] totalOnNode;
    private final long[] surplusOnNode;
    private long total;
    private long free;
    private long reserved;
    private long surplus;
    private long overcommit;
    private int nextNodeToAllocate;
    private int nextNodeToFree;

    /**
     * An empty pool.
     *
     * @param order log2 of the base pages of a huge page
     * @param pageShift log2 of the bytes of a base page
     * @param gigantic beyond what the page allocator can hand out: the pool never grows by surplus pages
     * @param nodes memory nodes; CPUs are on node 0
     */
    Hstate(Frames frames, HugeFolios folios, int order, int pageShift, boolean gigantic, int nodes) {
        this.frames = frames;
        this.folios = folios;
        this.order = order;
        this.pageShift = pageShift;
        this.gigantic = gigantic;
        this.totalOnNode = new long[nodes];
        this.surplusOnNode = new long[nodes];
        for (int node = 0; node < nodes; node++) {
            freeLists.add(new ArrayDeque<>());
        }
    }

    /** log2 of the base pages of a huge page. */
    public int order() {
        return order;
    }

    /** {@code huge_page_shift}: log2 of its bytes. */
    public int shift() {
        return order + pageShift;
    }

    /** {@code huge_page_size}, in bytes. */
    public long size() {
        return 1L << shift();
    }

    /** {@code pages_per_huge_page}: base pages of a huge page. */
    public int basePages() {
        return 1 << order;
    }

    /** {@code nr_huge_pages} (HugePages_Total): pages of the pool, surplus included. */
    public long total() {
        return total;
    }

    /** {@code free_huge_pages} (HugePages_Free). */
    public long free() {
        return free;
    }

    /** {@code resv_huge_pages} (HugePages_Rsvd): promised, not yet allocated. */
    public long reserved() {
        return reserved;
    }

    /** {@code surplus_huge_pages} (HugePages_Surp): pages beyond the size that was asked for. */
    public long surplus() {
        return surplus;
    }

    /** {@code nr_overcommit_huge_pages}: how many surplus pages may exist. */
    public long overcommit() {
        return overcommit;
    }

    /** Sets {@code nr_overcommit_hugepages}. */
    void setOvercommit(long pages) {
        overcommit = pages;
    }

    /** {@code persistent_huge_pages}. */
    long persistent() {
        return total - surplus;
    }

    /** {@code available_huge_pages}: free and not promised. */
    long available() {
        return free - reserved;
    }

    // --- size of the pool ---

    /**
     * {@code set_max_huge_pages}: surplus pages become persistent ones, then fresh ones are allocated; or free pages go, as
     * far as reservations allow, and the rest become surplus pages that go when they are freed.
     */
    void setSize(long count) {
        while (surplus > 0 && count > persistent()) {
            if (!adjustSurplus(-1)) {
                break;
            }
        }
        while (count > persistent()) {
            HugeFolio fresh = allocateFresh(nextNodeToAllocate);
            if (fresh == null) {
                return;
            }
            nextNodeToAllocate = (nextNodeToAllocate + 1) % nodes();
            enqueue(fresh);
        }
        long atLeast = Math.max(count, reserved + total - free);
        while (atLeast < persistent()) {
            if (!removeFromPool(false)) {
                break;
            }
        }
        while (count < persistent()) {
            if (!adjustSurplus(1)) {
                break;
            }
        }
    }

    /** {@code adjust_pool_surplus}, by one page, in turn over the nodes. */
    private boolean adjustSurplus(int delta) {
        for (int tried = 0; tried < nodes(); tried++) {
            int node;
            if (delta < 0) {
                node = nextNodeToAllocate;
                nextNodeToAllocate = (node + 1) % nodes();
            } else {
                node = nextNodeToFree;
                nextNodeToFree = (node + 1) % nodes();
            }
            if (delta < 0 ? surplusOnNode[node] > 0 : surplusOnNode[node] < totalOnNode[node]) {
                surplus += delta;
                surplusOnNode[node] += delta;
                return true;
            }
        }
        return false;
    }

    /** {@code remove_pool_hugetlb_folio}: a free page goes back to the page allocator. */
    private boolean removeFromPool(boolean surplusOnly) {
        for (int tried = 0; tried < nodes(); tried++) {
            int node = nextNodeToFree;
            nextNodeToFree = (node + 1) % nodes();
            HugeFolio folio = surplusOnly && surplusOnNode[node] == 0 ? null : freeLists.get(node).pollFirst();
            if (folio != null) {
                free--;
                dissolve(folio, surplusOnly);
                return true;
            }
        }
        return false;
    }

    private int nodes() {
        return totalOnNode.length;
    }

    private @Nullable HugeFolio allocateFresh(int node) {
        int head = frames.alloc(order, Frames.HUGETLB | (node == 0 ? 0 : Frames.REMOTE_NODE));
        if (head == Frames.NO_FRAME) {
            return null;
        }
        frames.freeze(head);
        total++;
        totalOnNode[node]++;
        return folios.add(head, node, this);
    }

    private void enqueue(HugeFolio folio) {
        freeLists.get(folio.node).addFirst(folio);
        free++;
    }

    /** {@code dissolve_free_hugetlb_folio}: whether a free page could be spared; the pool is smaller then. */
    boolean dissolveFree(HugeFolio folio) {
        if (free - reserved <= 0) {
            return false;
        }
        freeLists.get(folio.node).remove(folio);
        free--;
        dissolve(folio, false);
        return true;
    }

    private void dissolve(HugeFolio folio, boolean wasSurplus) {
        total--;
        totalOnNode[folio.node]--;
        if (wasSurplus) {
            surplus--;
            surplusOnNode[folio.node]--;
        }
        folios.remove(folio.head);
        frames.dissolve(folio.head);
    }

    // --- reservations ---

    /** {@code hugetlb_acct_memory}: grows or shrinks what is reserved; false if the pool cannot be made large enough. */
    boolean account(long delta) {
        if (delta > 0) {
            return gatherSurplus(delta);
        }
        if (delta < 0) {
            returnUnusedSurplus(-delta);
        }
        return true;
    }

    /** {@code gather_surplus_pages}: all or nothing. */
    private boolean gatherSurplus(long delta) {
        long needed = reserved + delta - free;
        List<HugeFolio> gathered = new ArrayList<>();
        for (long i = 0; i < needed; i++) {
            HugeFolio folio = allocateSurplus(0);
            if (folio == null) {
                for (HugeFolio unneeded : gathered) {
                    dissolve(unneeded, true);
                }
                return false;
            }
            gathered.add(folio);
        }
        reserved += delta;
        for (HugeFolio folio : gathered) {
            enqueue(folio);
        }
        return true;
    }

    /** {@code return_unused_surplus_pages}. */
    private void returnUnusedSurplus(long unused) {
        reserved -= unused;
        for (long i = Math.min(unused, surplus); i > 0; i--) {
            if (!removeFromPool(true)) {
                return;
            }
        }
    }

    /** {@code alloc_surplus_hugetlb_folio}: a page beyond the pool's size, frozen and on no list. */
    private @Nullable HugeFolio allocateSurplus(int node) {
        if (gigantic || surplus >= overcommit) {
            return null;
        }
        HugeFolio folio = allocateFresh(node);
        if (folio != null) {
            surplus++;
            surplusOnNode[folio.node]++;
        }
        return folio;
    }

    // --- pages ---

    /**
     * {@code dequeue_hugetlb_folio_vma} and, if the pool has none, {@code alloc_buddy_hugetlb_folio_with_mpol}.
     *
     * @param useReservation the caller holds a reservation, which is consumed
     * @param node the only memory node that will do, or {@link #ANY_NODE}
     * @return the page with one reference, or null
     */
    @Nullable
    HugeFolio take(boolean useReservation, int node) {
        HugeFolio folio = null;
        if (useReservation || available() > 0) {
            folio = node == ANY_NODE ? dequeue() : dequeue(node);
        }
        if (folio == null) {
            folio = allocateSurplus(node == ANY_NODE ? 0 : node);
        }
        if (folio == null) {
            return null;
        }
        if (useReservation) {
            folio.restoreReserve = true;
            reserved--;
        }
        frames.unfreeze(folio.head);
        return folio;
    }

    private @Nullable HugeFolio dequeue() {
        for (int node = 0; node < nodes(); node++) {
            HugeFolio folio = dequeue(node);
            if (folio != null) {
                return folio;
            }
        }
        return null;
    }

    private @Nullable HugeFolio dequeue(int node) {
        HugeFolio folio = freeLists.get(node).pollFirst();
        if (folio != null) {
            free--;
        }
        return folio;
    }

    /** {@code free_huge_folio}, but for the mount's limit: the last reference is gone. */
    void give(HugeFolio folio, boolean restoreReserve) {
        folio.restoreReserve = false;
        if (restoreReserve) {
            reserved++;
        }
        frames.freeze(folio.head);
        if (folio.temporary) {
            dissolve(folio, false);
        } else if (surplusOnNode[folio.node] > 0) {
            dissolve(folio, true);
        } else {
            enqueue(folio);
        }
    }

    /**
     * {@code alloc_hugetlb_folio_nodemask}: a page on a node for migration; from the pool if one is not promised, else a
     * temporary one, which takes the old page's place in the pool.
     */
    @Nullable
    HugeFolio takeForMigration(int node) {
        HugeFolio folio = available() > 0 ? dequeue(node) : null;
        if (folio == null) {
            folio = gigantic ? null : allocateFresh(node);
            if (folio == null) {
                return null;
            }
            folio.temporary = true;
        }
        frames.unfreeze(folio.head);
        return folio;
    }

    /** {@code move_hugetlb_state}: a temporary page becomes the pool's, and the one that it replaces goes when freed. */
    void migrated(HugeFolio old, HugeFolio replacement) {
        if (!replacement.temporary) {
            return;
        }
        old.temporary = true;
        replacement.temporary = false;
        if (old.node != replacement.node && surplusOnNode[old.node] > 0) {
            surplusOnNode[old.node]--;
            surplusOnNode[replacement.node]++;
        }
    }

    @Override
    public String toString() {
        return "%d KiB: total %d free %d rsvd %d surp %d".formatted(size() >> 10, total, free, reserved, surplus);
    }
}
