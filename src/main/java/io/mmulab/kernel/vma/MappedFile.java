package io.mmulab.kernel.vma;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.Frames;

/** A file and its page cache. Page {@code i} of a new file holds the byte {@code 0x10 + i}, as in the recordings. */
public final class MappedFile {
    /** What the file system does on the first write to a clean shared page. */
    public enum Kind {
        /** No page_mkwrite: shared pages are mapped writable at once (tmpfs, memfd, shared anonymous memory). */
        TMPFS,
        /** page_mkwrite: shared pages are mapped read-only until the first write (ext4, xfs, …). */
        DISK,
        /** hugetlbfs: huge pages from a pool, and rules of its own for every operation. */
        HUGETLB
    }

    private static final int FIRST_BYTE = 0x10;

    private final int id;
    private final String name;
    private final Kind kind;
    private final boolean writable;
    private final boolean cached;
    private final boolean zeroed;
    private final @Nullable VmOperations vmOperations;
    private long pages;
    private final PageCache cache = new PageCache();
    private int mappings;
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
        return cached || cachedFrame(index) != Frames.NO_FRAME;
    }

    /** Whether nothing is stored here yet, neither in memory nor anywhere else: a page of shmem that was never touched. */
    public boolean isHole(long index) {
        return zeroed && cachedFrame(index) == Frames.NO_FRAME;
    }

    /** The frame of a page, read in if it must be; {@link Frames#NO_FRAME} when memory is used up. */
    public int frame(long index, Frames frames) {
        int found = cachedFrame(index);
        if (found != Frames.NO_FRAME) {
            return found;
        }
        // what was written into a tmpfs stays dirty: there is nowhere to write it back to
        boolean written = kind == Kind.TMPFS && !zeroed;
        int frame = frames.alloc(Frames.PAGE_CACHE | (written ? Frames.DIRTY : 0)
                | (kind == Kind.TMPFS ? Frames.SWAPBACKED : 0));
        if (frame == Frames.NO_FRAME) {
            return frame;
        }
        cache.put(index, frame);
        frames.write(frame, zeroed ? 0 : (byte) (FIRST_BYTE + index));
        return frame;
    }

    /** Tells of each moment in which no VMA maps the file any more: what has no name can then go. */
    public void whenUnmapped(Consumer<MappedFile> tell) {
        whenUnmapped = tell;
    }

    /** VMAs that map it, in all address spaces. */
    public int mappings() {
        return mappings;
    }

    void mapped() {
        mappings++;
    }

    void unmapped() {
        if (--mappings == 0 && whenUnmapped != null) {
            whenUnmapped.accept(this);
        }
    }

    /** {@code evict}: forgets all pages, as when the last name and the last user of a file are gone. */
    public void evict(Frames frames) {
        cache.visit((index, frame) -> {
            frames.clear(frame, Frames.PAGE_CACHE);
            frames.put(frame);
        });
        cache.clear();
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
