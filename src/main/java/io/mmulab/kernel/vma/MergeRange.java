package io.mmulab.kernel.vma;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * {@code struct vma_merge_struct}: a range that is to be joined to its neighbours, with the properties that it has or is
 * about to have.
 */
final class MergeRange {
    long start;
    long end;
    long flags;
    long pgoff;
    long anonPgoff;
    @Nullable
    MappedFile file;
    @Nullable
    AnonVma anonVma;
    @Nullable
    UserfaultfdCtx userfaultfdCtx;
    @Nullable
    Object policy;
    @Nullable
    String name;
    @Nullable
    Vma prev;
    @Nullable
    Vma next;
    /** The VMA that has the range, if one has: its properties change. */
    @Nullable
    Vma middle;
    /** The VMA whose pages will come to the range (mremap). */
    @Nullable
    Vma copiedFrom;

    /** A range where nothing is mapped, for a plain mapping. */
    static MergeRange of(long start, long end, long flags, long pgoff, int pageShift, @Nullable MappedFile file) {
        MergeRange range = new MergeRange();
        range.start = start;
        range.end = end;
        range.flags = flags;
        range.pgoff = pgoff;
        range.anonPgoff = start >>> pageShift;
        range.file = file;
        return range;
    }

    /** {@code VMG_VMA_STATE}: a range with the properties of a VMA, whose offsets it continues. */
    static MergeRange like(Vma vma, long start, long end) {
        MergeRange range = of(start, end, vma.flags(), vma.pageIndex(start), vma.pageShift(), vma.file());
        range.anonPgoff = vma.anonPageIndex(start);
        range.anonVma = vma.anonVma();
        range.userfaultfdCtx = vma.userfaultfdCtx();
        range.policy = vma.policy();
        range.name = vma.name();
        return range;
    }

    long pages(int pageShift) {
        return (end - start) >> pageShift;
    }

    /** {@code is_mergeable_vma}: equal in everything but the flags that merging ignores, and the offsets. */
    boolean isMergeableWith(Vma vma, long ignoredFlags) {
        return Objects.equals(policy, vma.policy()) && ((vma.flags() ^ flags) & ~ignoredFlags) == 0
                && vma.file() == file && vma.userfaultfdCtx() == userfaultfdCtx && Objects.equals(name, vma.name());
    }
}
