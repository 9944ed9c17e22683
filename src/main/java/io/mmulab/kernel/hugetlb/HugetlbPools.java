package io.mmulab.kernel.hugetlb;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.vma.MappedFile;

/** {@code hstates[]}: the pools of all huge-page sizes of a machine, and the files that take pages out of them. */
public final class HugetlbPools {
    /** Name of the file behind MAP_HUGETLB with MAP_ANONYMOUS, as /proc/PID/maps shows it. */
    public static final String ANON_FILE = "/anon_hugepage (deleted)";
    /** Pages of at least this order are not handed out by the page allocator ({@code MAX_PAGE_ORDER} + 1). */
    private static final int GIGANTIC_ORDER = 11;

    private final Frames frames;
    private final HugeFolios folios = new HugeFolios();
    private final HugetlbAllocator allocator = new HugetlbAllocator(folios);
    private final List<Hstate> pools = new ArrayList<>();
    private final @Nullable Hstate defaultPool;

    /**
     * Empty pools.
     *
     * @param nodes memory nodes
     */
    public HugetlbPools(Architecture architecture, Frames frames, int nodes) {
        this.frames = frames;
        for (int order : architecture.paging().hugetlbOrders()) {
            pools.add(new Hstate(frames, folios, order, architecture.pageShift(), order >= GIGANTIC_ORDER, nodes));
        }
        defaultPool = ofSize(1L << architecture.paging().levelShift(1));
        frames.setHugetlbPool(allocator::free);
    }

    /** All pools, smallest pages first. */
    public List<Hstate> all() {
        return List.copyOf(pools);
    }

    /** {@code default_hstate}: what MAP_HUGETLB means without a size, and the counters of /proc/meminfo. */
    public Hstate defaultPool() {
        return Objects.requireNonNull(defaultPool, "this architecture has no huge pages");
    }

    /** The pool of a size in bytes ({@code size_to_hstate}); null if there is none. */
    public @Nullable Hstate ofSize(long bytes) {
        for (Hstate pool : pools) {
            if (pool.size() == bytes) {
                return pool;
            }
        }
        return null;
    }

    /** {@code hstate_sizelog}: the pool of a size given as in the flags of mmap, 0 for the default. */
    public @Nullable Hstate ofSizeLog(int log2Bytes) {
        return log2Bytes == 0 ? defaultPool : ofSize(1L << log2Bytes);
    }

    /** Writes {@code nr_hugepages}: the pool comes as near to it as memory and users allow. */
    public void setSize(Hstate pool, long pages) {
        pool.setSize(pages);
    }

    /** Writes {@code nr_overcommit_hugepages}. */
    public void setOvercommit(Hstate pool, long pages) {
        pool.setOvercommit(pages);
    }

    /**
     * A hugetlbfs mount's limits ({@code hugepage_new_subpool}); null if the pool cannot keep the minimum.
     *
     * @param maximum {@code size=} in huge pages, or {@link HugepageSubpool#NONE}
     * @param minimum {@code min_size=} in huge pages, or {@link HugepageSubpool#NONE}
     */
    public @Nullable HugepageSubpool mount(Hstate pool, long maximum, long minimum) {
        HugepageSubpool subpool = new HugepageSubpool(maximum, minimum);
        return pool.account(subpool.minimum()) ? subpool : null;
    }

    /**
     * A file that is kept by its name: a memfd, or one of a mount.
     *
     * @param id number within the machine
     * @param pages size in base pages
     */
    public MappedFile createFile(int id, String name, Hstate pool, long pages, @Nullable HugepageSubpool subpool) {
        return new MappedFile(id, name, pages, new HugetlbInode(pool, frames, subpool, false));
    }

    /** {@code hugetlb_file_setup} for MAP_ANONYMOUS: a file that lives as long as VMAs map it. */
    public MappedFile createAnonymousFile(int id, Hstate pool, long pages) {
        return new MappedFile(id, ANON_FILE, pages, new HugetlbInode(pool, frames, null, true));
    }

    HugetlbAllocator allocator() {
        return allocator;
    }

    /** What the kernel keeps of a huge page. */
    HugeFolio folio(int frame) {
        return folios.folio(frames.head(frame));
    }

    /** {@code folio_hstate}: the pool of a huge page. */
    Hstate pool(int frame) {
        return folios.pool(frames.head(frame));
    }

    /** {@code free_huge_folio}, {@code dissolve_free_hugetlb_folio} and {@code take_page_off_buddy} of one of its frames. */
    boolean dissolvePoisoned(int frame) {
        int head = frames.head(frame);
        int order = frames.order(head);
        boolean last = frames.refcount(head) == 1;
        HugeFolio folio = folio(head);
        Hstate pool = pool(head);
        frames.put(head);
        if (!last || (frames.has(head, Frames.HUGETLB) && !pool.dissolveFree(folio))) {
            return false;
        }
        frames.takeOffBuddy(head, order, frame);
        return true;
    }
}
