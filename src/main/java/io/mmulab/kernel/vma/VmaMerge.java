package io.mmulab.kernel.vma;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * When neighbouring VMAs become one, and how one becomes two: {@code mm/vma.c} of 6.12 and {@code mm/mmap.c} before it,
 * each rule a method with the kernel's name. Merging never changes what any byte maps.
 */
public final class VmaMerge {
    private final VmaTree tree;
    private final int pageShift;
    private final boolean gapFillMergesRight;

    /**
     * For one address space.
     *
     * @param gapFillMergesRight see {@code KernelVersion}
     */
    public VmaMerge(VmaTree tree, int pageShift, boolean gapFillMergesRight) {
        this.tree = tree;
        this.pageShift = pageShift;
        this.gapFillMergesRight = gapFillMergesRight;
    }

    /**
     * Joins a new mapping over {@code [start, end)}, where no VMA is, to its neighbours ({@code vma_merge_new_range}).
     *
     * @return the VMA that now covers the range, or null if no neighbour fits
     */
    public @Nullable Vma mergeNew(long start, long end, long flags, long pgoff, @Nullable MappedFile file) {
        Vma prev = tree.before(start);
        Vma next = tree.find(start);
        boolean left = prev != null && canMergeAfter(prev, start, flags, pgoff, file, null, null);
        boolean right = next != null && canMergeBefore(next, end, flags, pgoff + pages(start, end), file, null,
                null);
        if (prev != null && next != null && left && right) {
            if (isMergeableAnonVma(prev.anonVma(), next.anonVma(), null)) {
                long newEnd = next.end();
                absorb(prev, next);
                tree.remove(next);
                tree.adjust(prev, prev.start(), newEnd);
                return prev;
            }
            left = !gapFillMergesRight;
        }
        if (prev != null && left) {
            tree.adjust(prev, prev.start(), end);
            return prev;
        }
        if (next != null && right) {
            tree.adjust(next, start, next.end());
            return next;
        }
        return null;
    }

    /**
     * Gives {@code [start, end)} within a VMA new flags: merges it with the neighbours that fit, and splits otherwise
     * ({@code vma_modify}).
     *
     * @param mapCountLimit splits that would exceed it fail
     * @return the VMA that now covers the range, or null when a split would exceed the limit
     */
    public @Nullable Vma modify(Vma vma, long start, long end, long newFlags, int mapCountLimit) {
        return modify(vma, start, end, newFlags, vma.userfaultfdCtx(), mapCountLimit);
    }

    /** As {@link #modify(Vma, long, long, long, int)}, with a new userfaultfd context ({@code vma_modify_flags_uffd}). */
    public @Nullable Vma modify(Vma vma, long start, long end, long newFlags, @Nullable UserfaultfdCtx ctx,
            int mapCountLimit) {
        Vma merged = mergeExisting(vma, start, end, newFlags, ctx);
        if (merged != null) {
            return merged;
        }
        Vma middle = vma;
        if (middle.start() < start) {
            if (tree.size() >= mapCountLimit) {
                return null;
            }
            middle = split(middle, start);
        }
        if (end < middle.end()) {
            if (tree.size() >= mapCountLimit) {
                return null;
            }
            split(middle, end);
        }
        middle.setUserfaultfdCtx(ctx, newFlags & VmFlags.UFFD);
        middle.setFlags(newFlags);
        return middle;
    }

    private @Nullable Vma mergeExisting(Vma vma, long start, long end, long newFlags,
            @Nullable UserfaultfdCtx ctx) {
        boolean leftSide = start == vma.start();
        boolean rightSide = end == vma.end();
        Vma prev = leftSide ? tree.before(start) : null;
        Vma next = rightSide ? tree.find(end) : null;
        boolean left = prev != null
                && canMergeAfter(prev, start, newFlags, vma.pageIndex(start), vma.file(), vma.anonVma(), ctx);
        boolean right = next != null && canMergeBefore(next, end, newFlags,
                vma.pageIndex(start) + pages(start, end), vma.file(), vma.anonVma(), ctx);
        if (prev != null && next != null && left && right
                && isMergeableAnonVma(prev.anonVma(), next.anonVma(), null)) {
            long newEnd = next.end();
            absorb(prev, vma);
            absorb(prev, next);
            tree.remove(vma);
            tree.remove(next);
            tree.adjust(prev, prev.start(), newEnd);
            return prev;
        }
        if (prev != null && left) {
            absorb(prev, vma);
            shrinkFromLeft(vma, end);
            tree.adjust(prev, prev.start(), end);
            return prev;
        }
        if (next != null && right) {
            absorb(next, vma);
            shrinkFromRight(vma, start);
            tree.adjust(next, start, next.end());
            return next;
        }
        return null;
    }

    private void shrinkFromLeft(Vma vma, long end) {
        if (vma.end() == end) {
            tree.remove(vma);
        } else {
            tree.adjust(vma, end, vma.end());
        }
    }

    private void shrinkFromRight(Vma vma, long start) {
        if (vma.start() == start) {
            tree.remove(vma);
        } else {
            tree.adjust(vma, vma.start(), start);
        }
    }

    /** {@code dup_anon_vma}: a survivor without an anon_vma takes over the one of the VMA that it swallows. */
    private static void absorb(Vma survivor, Vma swallowed) {
        if (survivor.anonVma() == null && swallowed.anonVma() != null) {
            survivor.setAnonVma(swallowed.anonVma(), swallowed.anonVmaChainLength());
        }
    }

    /**
     * Splits a VMA at an address strictly inside ({@code __split_vma}).
     *
     * @return the upper part
     */
    public Vma split(Vma vma, long address) {
        Vma upper = vma.copy(address, vma.end());
        tree.adjust(vma, vma.start(), address);
        tree.insert(upper);
        return upper;
    }

    /** Moves a stack's start down over free addresses. */
    public void growDown(Vma vma, long start) {
        tree.adjust(vma, start, vma.end());
    }

    /**
     * {@code find_mergeable_anon_vma}: the anon_vma of a neighbour that would merge if only the rights were equal, so that
     * they may merge later.
     */
    public @Nullable AnonVma findMergeableAnonVma(Vma vma) {
        Vma next = tree.find(vma.end());
        if (next != null && anonVmaCompatible(vma, next) && next.anonVmaChainLength() == 1) {
            return next.anonVma();
        }
        Vma prev = tree.before(vma.start());
        if (prev != null && anonVmaCompatible(prev, vma) && prev.anonVmaChainLength() == 1) {
            return prev.anonVma();
        }
        return null;
    }

    private boolean anonVmaCompatible(Vma a, Vma b) {
        return a.end() == b.start() && Objects.equals(a.file(), b.file())
                && ((a.flags() ^ b.flags()) & ~(VmFlags.ACCESS | VmFlags.SOFTDIRTY)) == 0
                && b.pgoff() == a.pgoff() + a.pages();
    }

    private boolean canMergeAfter(Vma prev, long start, long flags, long pgoff, @Nullable MappedFile file,
            @Nullable AnonVma anonVma, @Nullable UserfaultfdCtx ctx) {
        return prev.end() == start && isMergeable(prev, flags, file, ctx)
                && isMergeableAnonVma(anonVma, prev.anonVma(), prev) && prev.pgoff() + prev.pages() == pgoff;
    }

    private boolean canMergeBefore(Vma next, long end, long flags, long pgoffAtEnd, @Nullable MappedFile file,
            @Nullable AnonVma anonVma, @Nullable UserfaultfdCtx ctx) {
        return next.start() == end && isMergeable(next, flags, file, ctx)
                && isMergeableAnonVma(anonVma, next.anonVma(), next) && next.pgoff() == pgoffAtEnd;
    }

    /** {@code is_mergeable_vma}: equal flags, soft-dirty aside, the same file and the same userfaultfd. */
    private static boolean isMergeable(Vma vma, long flags, @Nullable MappedFile file, @Nullable UserfaultfdCtx ctx) {
        return ((vma.flags() ^ flags) & ~VmFlags.SOFTDIRTY) == 0 && vma.file() == file
                && vma.userfaultfdCtx() == ctx;
    }

    /** {@code is_mergeable_anon_vma}: asymmetric, {@code neighbour} is the VMA that would be extended. */
    private static boolean isMergeableAnonVma(@Nullable AnonVma a, @Nullable AnonVma b, @Nullable Vma neighbour) {
        if ((a == null || b == null) && (neighbour == null || neighbour.anonVmaChainLength() == 1)) {
            return true;
        }
        return a == b;
    }

    private long pages(long start, long end) {
        return (end - start) >> pageShift;
    }
}
