package io.mmulab.kernel.vma;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.Frames;
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
    private long anonPgoff;
    private final @Nullable MappedFile file;
    private @Nullable AnonVma anonVma;
    private List<AnonVma> chain = Collections.emptyList();
    private int mm;
    private @Nullable Object privateData;
    private long swapReadaheadInfo;
    private @Nullable UserfaultfdCtx userfaultfdCtx;
    private @Nullable Object policy;
    private @Nullable String name;

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
        this.anonPgoff = start >>> pageShift;
        this.file = file;
        setFlags(flags);
    }

    /** {@code vm_area_dup}: the same mapping over {@code [newStart, newEnd)} within this one; its anon_vma comes after. */
    public Vma dup(long newStart, long newEnd) {
        long skipped = (newStart - start) >> pageShift;
        Vma copy = new Vma(pageShift, newStart, newEnd, flags, pgoff + skipped, file);
        copy.anonPgoff = anonPgoff + skipped;
        copy.privateData = privateData;
        copy.userfaultfdCtx = userfaultfdCtx;
        copy.policy = policy;
        copy.name = name;
        return copy;
    }

    /** Id of the address space that it is in; 0 before it is inserted. */
    public int mm() {
        return mm;
    }

    void setMm(int value) {
        mm = value;
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

    /**
     * Page offset that private pages have in their anon_vma; differs from {@link #pgoff()} for private mappings of files,
     * and since 7.3 decides about merging them.
     */
    public long anonPgoff() {
        return anonPgoff;
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

    /** {@code anon_vma_chain}: from the newest to the root; one after a first fault, more in a fork's child. */
    public List<AnonVma> anonVmaChain() {
        return chain;
    }

    void setAnonVma(@Nullable AnonVma value) {
        anonVma = value;
    }

    void chain(AnonVma newest) {
        if (chain.isEmpty()) {
            chain = new ArrayList<>(2);
        }
        chain.addFirst(newest);
    }

    void clearAnonVmaChain() {
        chain = Collections.emptyList();
    }

    /** {@code vm_policy}: where pages come from; null for the default. Compared with equals. */
    public @Nullable Object policy() {
        return policy;
    }

    /** What {@link Frames#alloc} is to be told of the memory node that the policy (MPOL_BIND) demands. */
    public int policyFlags() {
        return policy instanceof Integer node && node != 0 ? Frames.REMOTE_NODE : 0;
    }

    /** {@code mbind}. */
    public void setPolicy(@Nullable Object value) {
        policy = value;
    }

    /** {@code anon_name}: what the process calls it (PR_SET_VMA_ANON_NAME). */
    public @Nullable String name() {
        return name;
    }

    /** Names it. */
    public void setName(@Nullable String value) {
        name = value;
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

    /** {@code vm_ops->open}: the VMA is a part or a copy of another, with its private data. */
    void open() {
        VmOperations ops = vmOperations();
        if (ops != null) {
            ops.open(this);
        }
    }

    /** {@code vm_ops->open} in a fork's child. */
    public void openInChild() {
        VmOperations ops = vmOperations();
        if (ops != null) {
            ops.openInChild(this);
        }
    }

    /** {@code vm_ops->close}: the VMA, unmapped and off its tree, goes away. */
    public void close() {
        VmOperations ops = vmOperations();
        if (ops != null) {
            ops.close(this);
        }
    }

    /** {@code vm_ops->may_split}: whether it may become two at an address strictly inside. */
    public boolean maySplit(long address) {
        VmOperations ops = vmOperations();
        return ops == null || ops.maySplit(this, address);
    }

    /** {@code vma_kernel_pagesize}: bytes of the pages that it is made of. */
    public long kernelPageSize(long basePageSize) {
        VmOperations ops = vmOperations();
        return ops == null ? basePageSize : ops.pageSize();
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

    /** Whether its file pages are counted as shmem. */
    public boolean mapsShmem() {
        return file != null && file.isMemory();
    }

    /** Whether any of the given flags is set. */
    public boolean has(long mask) {
        return (flags & mask) != 0;
    }

    /** {@code vma_is_accessible}: some access is allowed. */
    public boolean isAccessible() {
        return has(VmFlags.ACCESS);
    }

    /** Page offset of an address within the VMA's backing, in pages. */
    public long pageIndex(long address) {
        return pgoff + ((address - start) >> pageShift);
    }

    /** As {@link #pageIndex}, in the VMA's anon_vma. */
    long anonPageIndex(long address) {
        return anonPgoff + ((address - start) >> pageShift);
    }

    /** Pages. */
    public long pages() {
        return (end - start) >> pageShift;
    }

    int pageShift() {
        return pageShift;
    }

    /** New flags, and with them {@code vm_page_prot} ({@code vma_set_page_prot}). */
    public void setFlags(long newFlags) {
        flags = newFlags;
        pageProt = pageProt(newFlags, file);
    }

    /** Moves the edges; the page offset of what stays does not change ({@code vma_adjust}). */
    void setRange(long newStart, long newEnd) {
        long moved = (newStart - start) >> pageShift;
        pgoff += moved;
        anonPgoff += moved;
        start = newStart;
        end = newEnd;
    }

    /** Gives pages other offsets: only where none is mapped ({@code vma_set_pgoff}). */
    void setOffsets(long newPgoff, long newAnonPgoff) {
        pgoff = newPgoff;
        anonPgoff = newAnonPgoff;
    }

    /**
     * {@code vm_get_page_prot}: private mappings start read-only, so that the first write copies; so do shared ones whose
     * first write somebody wants to hear of ({@code vma_wants_writenotify}): the file system, soft-dirty, userfaultfd.
     */
    private static long pageProt(long flags, @Nullable MappedFile file) {
        if ((flags & VmFlags.ACCESS) == 0) {
            return Pte.PROTNONE;
        }
        long prot = Pte.PRESENT | ((flags & VmFlags.EXEC) != 0 ? Pte.EXEC : 0)
                | ((flags & VmFlags.EXECUTE_ONLY_KEY) != 0 ? Pte.EXECUTE_ONLY : 0);
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
