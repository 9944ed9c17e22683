package io.mmulab.kernel.vma;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.Pte;

/** {@code struct vm_area_struct}: a range of addresses with one set of rights and one backing. */
public final class Vma {
    /** Shift of {@link #pgoff()}: page offsets count base pages. */
    private final int pageShift;
    private long start;
    private long end;
    private long flags;
    private long pageProt;
    private long pgoff;
    private final @Nullable MappedFile file;
    private @Nullable AnonVma anonVma;
    private int anonVmaChainLength;
    private @Nullable Object privateData;
    private long swapReadaheadInfo;
    private @Nullable UserfaultfdCtx userfaultfdCtx;

    /**
     * A VMA over {@code [start, end)}.
     *
     * @param pgoff offset of the first page: into the file, or the page number of the address for private anonymous memory
     */
    public Vma(int pageShift, long start, long end, long flags, long pgoff, @Nullable MappedFile file) {
        this.pageShift = pageShift;
        this.start = start;
        this.end = end;
        this.pgoff = pgoff;
        this.file = file;
        setFlags(flags);
    }

    /** A copy for {@code [newStart, newEnd)} of the same mapping, anon_vma included (split_vma, dup_mmap). */
    public Vma copy(long newStart, long newEnd) {
        Vma copy = new Vma(pageShift, newStart, newEnd, flags, pgoff + ((newStart - start) >> pageShift), file);
        copy.anonVma = anonVma;
        copy.anonVmaChainLength = anonVmaChainLength;
        copy.privateData = privateData;
        copy.userfaultfdCtx = userfaultfdCtx;
        return copy;
    }

    /** First byte. */
    public long start() {
        return start;
    }

    /** End, exclusive. */
    public long end() {
        return end;
    }

    /** {@code vm_flags}: see {@link VmFlags}. */
    public long flags() {
        return flags;
    }

    /** {@code vm_page_prot}: the permission bits of a fresh entry. */
    public long pageProt() {
        return pageProt;
    }

    /** {@code vm_pgoff}, in pages. */
    public long pgoff() {
        return pgoff;
    }

    /** What is mapped; null for private anonymous memory. */
    public @Nullable MappedFile file() {
        return file;
    }

    /** {@code vma_is_anonymous}. */
    public boolean isAnonymous() {
        return file == null;
    }

    /** The anon_vma, once a private page was faulted in. */
    public @Nullable AnonVma anonVma() {
        return anonVma;
    }

    /** Elements of {@code anon_vma_chain}: one after a first fault, more in a fork's child. */
    public int anonVmaChainLength() {
        return anonVmaChainLength;
    }

    /** Gives the VMA its anon_vma ({@code anon_vma_prepare}, {@code anon_vma_clone}, {@code anon_vma_fork}). */
    public void setAnonVma(@Nullable AnonVma value, int chainLength) {
        anonVma = value;
        anonVmaChainLength = chainLength;
    }

    /** {@code vm_userfaultfd_ctx}: who hears of this VMA's faults; null if nobody does. */
    public @Nullable UserfaultfdCtx userfaultfdCtx() {
        return userfaultfdCtx;
    }

    /** {@code userfaultfd_set_ctx}: registers with a context, or with null takes registration and its flags away. */
    public void setUserfaultfdCtx(@Nullable UserfaultfdCtx ctx, long uffdFlags) {
        userfaultfdCtx = ctx;
        setFlags((flags & ~VmFlags.UFFD) | uffdFlags);
    }

    /** {@code vm_private_data}: whatever {@link VmOperations} keep with the VMA. */
    public @Nullable Object privateData() {
        return privateData;
    }

    /** Sets {@code vm_private_data}. */
    public void setPrivateData(@Nullable Object value) {
        privateData = value;
    }

    /** {@code vm_ops}, if the mapping has any. */
    public @Nullable VmOperations vmOperations() {
        return file == null ? null : file.vmOperations();
    }

    /** {@code swap_readahead_info}: see {@code SwapReadahead}. */
    public long swapReadaheadInfo() {
        return swapReadaheadInfo;
    }

    /** Remembers a swap fault. */
    public void setSwapReadaheadInfo(long info) {
        swapReadaheadInfo = info;
    }

    /** Whether any of the given flags is set. */
    public boolean has(long mask) {
        return (flags & mask) != 0;
    }

    /** Page offset of an address within the VMA's backing, in pages. */
    public long pageIndex(long address) {
        return pgoff + ((address - start) >> pageShift);
    }

    /** Pages. */
    public long pages() {
        return (end - start) >> pageShift;
    }

    /** New flags, and with them {@code vm_page_prot} ({@code vma_set_page_prot}). */
    public void setFlags(long newFlags) {
        flags = newFlags;
        pageProt = pageProt(newFlags, file);
    }

    /** Moves the edges; the page offset of what stays does not change ({@code vma_adjust}). */
    void setRange(long newStart, long newEnd) {
        pgoff += (newStart - start) >> pageShift;
        start = newStart;
        end = newEnd;
    }

    /**
     * {@code vm_get_page_prot}: private mappings start read-only, so that the first write copies; so do shared ones whose
     * first write somebody wants to hear of ({@code vma_wants_writenotify}): the file system, soft-dirty, userfaultfd.
     */
    private static long pageProt(long flags, @Nullable MappedFile file) {
        if ((flags & VmFlags.ACCESS) == 0) {
            return Pte.PROTNONE;
        }
        long prot = Pte.PRESENT | ((flags & VmFlags.EXEC) != 0 ? Pte.EXEC : 0);
        boolean writeNotify = file == null || file.wantsWriteNotify() || (flags & VmFlags.SOFTDIRTY) == 0
                || (flags & VmFlags.UFFD_WP) != 0;
        boolean sharedWrite = (flags & (VmFlags.SHARED | VmFlags.WRITE)) == (VmFlags.SHARED | VmFlags.WRITE);
        return sharedWrite && !writeNotify ? prot | Pte.WRITE : prot;
    }

    @Override
    public String toString() {
        return "%x-%x".formatted(start, end);
    }
}
