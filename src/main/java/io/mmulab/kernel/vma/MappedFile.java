package io.mmulab.kernel.vma;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.Frames;

/** A file and its page cache. All bytes of page {@code i} of a new file are {@code 0x10 + i}, as in the recordings. */
public final class MappedFile {
    /** What the file system does on the first write to a clean shared page. */
    public enum Kind {
        /** No page_mkwrite: shared pages are mapped writable at once (tmpfs, memfd, shared anonymous memory). */
        TMPFS,
        /** page_mkwrite: shared pages are mapped read-only until the first write (ext4, xfs, …). */
        DISK,
        /** hugetlbfs: huge pages from a pool, and rules of its own for every operation. */
        HUGETLB,
        /** Pages of a driver: {@code vm_ops} has {@code fault} and nothing else, and no page cache stands behind it. */
        DRIVER
    }

    /** {@code ra_pages}: VM_READAHEAD_PAGES. */
    private static final int READ_AROUND_PAGES = 32;

    private final int id;
    private final String name;
    private final Kind kind;
    private final boolean writable;
    private boolean cached;
    private final boolean zeroed;
    private final @Nullable VmOperations vmOperations;
    private long pages;
    private final PageCache cache = new PageCache();
    private final SharedPolicy policy = new SharedPolicy();
    private final FileContent stored;
    private final Set<Long> reclaimed = new HashSet<>();
    private final Map<Long, Swapped> swapped = new HashMap<>();
    private final List<Vma> mappings = new ArrayList<>();
    private boolean writeError;
    private @Nullable Consumer<MappedFile> whenUnmapped;

    /**
     * A file.
     *
     * @param pages size in pages; an access beyond raises SIGBUS
     * @param writable whether it is open for writing
     * @param cached whether reading a page needs no I/O
     * @param zeroed whether fresh pages hold zeroes (shared anonymous memory) instead of their own byte
     */
    public MappedFile(int id, String name, Kind kind, long pages, boolean writable, boolean cached, boolean zeroed) {
        this(id, name, kind, pages, writable, cached, zeroed, null);
    }

    /** A file of hugetlbfs, whose pages are not kept here. */
    public MappedFile(int id, String name, long pages, VmOperations hugetlb) {
        this(id, name, Kind.HUGETLB, pages, true, true, false, hugetlb);
    }

    private MappedFile(int id, String name, Kind kind, long pages, boolean writable, boolean cached, boolean zeroed,
            @Nullable VmOperations vmOperations) {
        this.vmOperations = vmOperations;
        this.id = id;
        this.name = name;
        this.kind = kind;
        this.pages = pages;
        this.writable = writable;
        this.cached = cached;
        this.zeroed = zeroed;
        this.stored = new FileContent(zeroed ? 0 : pages);
    }

    /** Number within the machine. */
    public int id() {
        return id;
    }

    /** The path, as /proc/PID/maps shows it. */
    public String name() {
        return name;
    }

    /** What happens on a first shared write. */
    public Kind kind() {
        return kind;
    }

    /** Whether it is shared anonymous memory: {@code vma_is_anon_shmem}. */
    public boolean isAnonShmem() {
        return zeroed;
    }

    /** Whether it is on the kernel's internal mount of tmpfs, as shared anonymous memory and memfds are. */
    public boolean isShmemMount() {
        return zeroed || name.startsWith("/memfd:");
    }

    /** {@code vm_ops}, where the file system wants to know of its VMAs. */
    public @Nullable VmOperations vmOperations() {
        return vmOperations;
    }

    /** Size in pages. */
    public long pages() {
        return pages;
    }

    /** Makes the file at least this many pages long (a trace shows how far a mapping reaches, not the file's size). */
    public void growTo(long atLeast) {
        pages = Math.max(pages, atLeast);
        if (!zeroed) {
            stored.growTo(pages);
        }
    }

    /** A new size ({@code i_size_write}). */
    public void setPages(long size) {
        pages = size;
    }

    /** Whether it is open for writing. */
    public boolean writable() {
        return writable;
    }

    /** Whether it is memory itself ({@code vma_is_shmem}): tmpfs, memfd, shared anonymous. */
    public boolean isMemory() {
        return kind == Kind.TMPFS;
    }

    /** Whether {@code vm_ops->page_mkwrite} exists, so that shared pages start write-protected. */
    public boolean wantsWriteNotify() {
        return kind == Kind.DISK;
    }

    /** The cached frame of a page, or {@link Frames#NO_FRAME}. */
    public int cachedFrame(long index) {
        return cache.get(index);
    }

    /** Whether reading this page now would find it in memory. */
    public boolean isResident(long index) {
        return (cached && !stored.isHole(index) && !reclaimed.contains(index) && !swapped.containsKey(index))
                || cachedFrame(index) != Frames.NO_FRAME;
    }

    /** Whether nothing is stored here yet, neither in memory nor anywhere else: a page of shmem that was never touched. */
    public boolean isHole(long index) {
        return kind == Kind.TMPFS && stored.isHole(index) && cachedFrame(index) == Frames.NO_FRAME;
    }

    /** The frame of a page, read in if it must be; {@link Frames#NO_FRAME} when memory is used up. */
    public int frame(long index, Frames frames) {
        int found = cachedFrame(index);
        if (found != Frames.NO_FRAME) {
            return found;
        }
        Swapped swappedPage = swapped.remove(index);
        if (swappedPage != null) {
            return swapIn(index, swappedPage, frames);
        }
        // what was written into a tmpfs stays dirty: there is nowhere to write it back to
        boolean written = kind == Kind.TMPFS && !stored.isHole(index);
        int frame = frames.alloc(Frames.PAGE_CACHE | (written ? Frames.DIRTY : 0)
                | (kind == Kind.TMPFS ? Frames.SWAPBACKED : 0) | policy.flags(index));
        if (frame == Frames.NO_FRAME) {
            return frame;
        }
        reclaimed.remove(index);
        put(index, frame, frames);
        frames.write(frame, stored.read(index));
        return frame;
    }

    /** {@code shmem_set_policy}: mbind of a mapping; nothing where the file is not tmpfs's. */
    public void bind(long first, long end, int node) {
        if (kind == Kind.TMPFS) {
            policy.bind(first, end, node);
        }
    }

    /** Whether none of {@code pages} pages is in memory or on swap. */
    public boolean isEmpty(long first, int pages) {
        for (long index = first; index < first + pages; index++) {
            if (cachedFrame(index) != Frames.NO_FRAME || swapped.containsKey(index)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Puts a folio of {@code 2^order} pages into a place of the cache that is empty ({@code shmem_add_to_page_cache}).
     *
     * @param first index of its first page, a multiple of its size
     * @return whether there was memory for it
     */
    public boolean addFolio(long first, int order, Frames frames) {
        int head = frames.alloc(order, Frames.PAGE_CACHE | Frames.SWAPBACKED | policy.flags(first));
        if (head == Frames.NO_FRAME) {
            return false;
        }
        int size = 1 << order;
        frames.get(head, size - 1);
        for (int i = 0; i < size; i++) {
            cache.put(first + i, head + i);
            frames.setMapping(head + i, this, first + i);
            frames.write(head + i, stored.read(first + i));
        }
        return true;
    }

    /** {@code folio_migrate_mapping}: another folio takes the place of one, with its references. */
    public void replace(long index, int from, int to, Frames frames) {
        int size = frames.pages(from);
        frames.get(to, size);
        for (int i = 0; i < size; i++) {
            put(index + i, to + i, frames);
            frames.setMapping(from + i, null, 0);
            frames.put(from);
        }
    }

    private void put(long index, int frame, Frames frames) {
        cache.put(index, frame);
        frames.setMapping(frame, this, index);
    }

    /** {@code shmem_swapin_folio}: the page is in memory again, dirty. */
    private int swapIn(long index, Swapped page, Frames frames) {
        int frame = page.slots.take(page.slot);
        if (frame == Frames.NO_FRAME) {
            swapped.put(index, page);
            return frame;
        }
        frames.set(frame, Frames.PAGE_CACHE | Frames.DIRTY);
        put(index, frame, frames);
        return frame;
    }

    /** Tells of each moment in which no VMA maps the file any more: what has no name can then go. */
    public void whenUnmapped(Consumer<MappedFile> tell) {
        whenUnmapped = tell;
    }

    /** VMAs that map it, in all address spaces. */
    public int mappings() {
        return mappings.size();
    }

    /**
     * {@code vma_interval_tree_foreach}: the VMAs that map some of the pages {@code [first, end)}, by their first page and,
     * among equals, in the order in which they came. A copy: the caller may change VMAs.
     */
    public List<Vma> mappings(long first, long end) {
        List<Vma> found = new ArrayList<>();
        for (Vma vma : mappings) {
            if (vma.pgoff() < end && vma.pgoff() + vma.pages() > first) {
                found.add(vma);
            }
        }
        found.sort(Comparator.comparingLong(Vma::pgoff));
        return found;
    }

    void mapped(Vma vma) {
        mappings.add(vma);
    }

    /** {@code vma_interval_tree_insert_after}: fork puts a copy right behind what it was copied from. */
    public void copied(Vma original, Vma copy) {
        mappings.remove(copy);
        mappings.add(mappings.indexOf(original) + 1, copy);
    }

    void unmapped(Vma vma) {
        mappings.remove(vma);
        if (mappings.isEmpty() && whenUnmapped != null) {
            whenUnmapped.accept(this);
        }
    }

    /** {@code truncate_inode_pages_range}: drops the cached pages of {@code [first, end)}, and what is stored there. */
    public void punch(long first, long end, Frames frames) {
        for (long index : cache.indexes()) {
            if (index >= first && index < end) {
                drop(index, frames);
            }
        }
        for (long index = first; index < Math.min(end, pages); index++) {
            releaseSwap(index);
            stored.punch(index);
        }
    }

    /** A folio over the end of the file was split: those of its pages {@code [first, end)} that lie beyond go. */
    public void dropBeyondEnd(long first, long end, Frames frames) {
        for (long index = Math.max(first, pages); index < end; index++) {
            drop(index, frames);
        }
    }

    /** {@code truncate_setsize}: the new size; cached pages beyond it are dropped, and a file that grows gets a hole. */
    public void truncate(long newPages, Frames frames) {
        for (long index : cache.indexes()) {
            if (index >= newPages) {
                drop(index, frames);
            }
        }
        for (long index : List.copyOf(swapped.keySet())) {
            if (index >= newPages) {
                releaseSwap(index);
            }
        }
        stored.truncate(newPages);
        pages = newPages;
    }

    /** {@code __filemap_remove_folio}: reclaim takes a clean page out of the cache. */
    public void remove(long index, Frames frames) {
        drop(index, frames);
        reclaimed.add(index);
    }

    /** Where pages are that are on swap. */
    public interface Slots {
        /** The content of a slot in a frame, with a reference, and the slot free; {@link Frames#NO_FRAME} without memory. */
        int take(int slot);

        /** The file's page is gone. */
        void release(int slot);
    }

    /** {@code shmem_delete_from_page_cache}: the page's content is on swap from now on, and the cache's reference gone. */
    public void swapOut(long index, int slot, Slots slots, Frames frames) {
        stored.write(index, frames.pageContent(cachedFrame(index)));
        drop(index, frames);
        swapped.put(index, new Swapped(slot, slots));
    }

    /** The slot that has a page; 0 if the page is not on swap. */
    public int swapSlot(long index) {
        Swapped page = swapped.get(index);
        return page == null ? 0 : page.slot;
    }

    /** {@code shmem_partial_swap_usage}: which pages of {@code [first, end)} are on swap, in no order. */
    public List<Long> swappedPages(long first, long end) {
        return swapped.keySet().stream().filter(index -> index >= first && index < end).toList();
    }

    /** {@code shmem_unuse}: brings all pages back from swap; whether memory was enough. */
    public boolean swapInAll(Frames frames) {
        for (long index : List.copyOf(swapped.keySet())) {
            if (frame(index, frames) == Frames.NO_FRAME) {
                return false;
            }
        }
        return true;
    }

    private void releaseSwap(long index) {
        Swapped page = swapped.remove(index);
        if (page != null) {
            page.slots.release(page.slot);
        }
    }

    private record Swapped(int slot, Slots slots) {}

    /** {@code invalidate_mapping_pages}: drops the pages that are clean and mapped nowhere. */
    public void dropClean(Frames frames) {
        if (kind == Kind.DISK) {
            cached = false;
        }
        for (long index : cache.indexes()) {
            int frame = cache.get(index);
            if (!frames.has(frame, Frames.DIRTY) && frames.mapcount(frame) == 0) {
                drop(index, frames);
            }
        }
    }

    private void drop(long index, Frames frames) {
        int frame = cache.get(index);
        cache.remove(index);
        frames.setMapping(frame, null, 0);
        frames.clear(frame, Frames.PAGE_CACHE | Frames.DIRTY);
        frames.put(frame);
    }

    /** The page's content has reached the disk. */
    public void writtenBack(long index, int frame, Frames frames) {
        stored.write(index, frames.pageContent(frame));
        frames.clear(frame, Frames.DIRTY);
    }

    /** {@code mapping_set_error}: what was written here is lost. */
    public void setWriteError() {
        writeError = true;
    }

    /** {@code file_check_and_advance_wb_err}: whether something was lost since this was asked last. */
    public boolean takeWriteError() {
        boolean lost = writeError;
        writeError = false;
        return lost;
    }

    /** {@code do_sync_mmap_readahead}: reads a page and its neighbours, 128 KiB around it. */
    public void readAround(long index, Frames frames) {
        long first = Math.max(0, index - READ_AROUND_PAGES / 2);
        for (long at = first; at < Math.min(pages, first + READ_AROUND_PAGES); at++) {
            if (frame(at, frames) == Frames.NO_FRAME) {
                return;
            }
        }
    }

    /** Indexes of the cached pages, ascending. */
    public long[] cachedIndexes() {
        return cache.indexes();
    }

    /** {@code evict}: forgets all pages, as when the last name and the last user of a file are gone. */
    public void evict(Frames frames) {
        for (long index : List.copyOf(swapped.keySet())) {
            releaseSwap(index);
        }
        for (long index : cache.indexes()) {
            drop(index, frames);
        }
    }

    /** Sees one page of a page cache. */
    @FunctionalInterface
    public interface PageVisitor {
        /** The frame that holds a page. */
        void page(long index, int frame);
    }

    /** Visits the pages in the cache, in no order. */
    public void visitCached(PageVisitor visitor) {
        cache.visit(visitor);
    }

    /** Pages in the cache. */
    public int cachedPages() {
        return cache.size();
    }

    @Override
    public String toString() {
        return name;
    }
}
