package io.mmulab.kernel.vma;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;

/**
 * When neighbouring VMAs become one, and how one becomes two: {@code mm/vma.c} since 6.12 and {@code mm/mmap.c} before it,
 * each rule a method with the kernel's name. Merging never changes what any byte maps. The caller holds mmap_lock for
 * writing.
 */
public final class VmaMerge {
    private static final int ENOMEM = 12;
    private static final int EINVAL = 22;

    private final VmaTree tree;
    private final int pageShift;
    private final boolean looksRightFirst;
    private final boolean faultedJoinsUnfaulted;
    private final boolean anonOffsetsCount;
    private final boolean keepsAwayFromKeptSource;
    private final long stickyFlags;
    private VmaHooks hooks = VmaHooks.NONE;
    private int error;

    /** Source and destination of a move: the source is another object if it was merged away. */
    public record Copy(Vma source, Vma target) {}

    /** For one address space. */
    public VmaMerge(VmaTree tree, int pageShift, KernelVersion version) {
        this.tree = tree;
        this.pageShift = pageShift;
        this.looksRightFirst = version.has(VersionRule.GAP_FILL_MERGES_RIGHT);
        this.faultedJoinsUnfaulted = version.has(VersionRule.FAULTED_JOINS_UNFAULTED);
        this.anonOffsetsCount = version.has(VersionRule.ANON_OFFSETS_OF_FILE_MAPPINGS);
        this.keepsAwayFromKeptSource = version.has(VersionRule.KEPT_SOURCE_PREVENTS_MERGE);
        this.stickyFlags =
                version.has(VersionRule.STICKY_VMA_FLAGS) ? VmFlags.SOFTDIRTY | VmFlags.MAYBE_GUARD : 0;
    }

    /** Who is told of moving edges. */
    public void setHooks(VmaHooks value) {
        hooks = value;
    }

    /** The errno for which the last {@link #modify} or {@link #split} gave up. */
    public int error() {
        return error;
    }

    /**
     * Joins a new mapping over {@code [start, end)}, where no VMA is, to its neighbours ({@code vma_merge_new_range}).
     *
     * @return the VMA that now covers the range, or null if no neighbour fits
     */
    public @Nullable Vma mergeNew(long start, long end, long flags, long pgoff, @Nullable MappedFile file) {
        MergeRange range = MergeRange.of(start, end, flags, pgoff, pageShift, file);
        range.prev = tree.before(start);
        range.next = tree.find(start);
        return looksRightFirst ? mergeNewRightFirst(range) : mergeNewRange(range);
    }

    /** Extends the VMA below only ({@code do_brk_flags}). */
    public @Nullable Vma mergeBelow(long start, long end, long flags) {
        MergeRange range = MergeRange.of(start, end, flags, start >>> pageShift, pageShift, null);
        range.prev = tree.before(start);
        return mergeNewRange(range);
    }

    /** Extends a VMA by {@code delta} free bytes, and joins it to the next one if that fits ({@code vma_merge_extend}). */
    public @Nullable Vma extend(Vma vma, long delta) {
        MergeRange range = MergeRange.like(vma, vma.end(), vma.end() + delta);
        range.prev = vma;
        range.next = tree.find(vma.end());
        return mergeNewRange(range);
    }

    private @Nullable Vma mergeNewRange(MergeRange range) {
        if ((range.flags & VmFlags.SPECIAL) != 0) {
            return null;
        }
        boolean left = canMergeLeft(range);
        boolean right = canMergeRight(range, left);
        return expand(range, left, right);
    }

    /** {@code mmap_region} before 6.3: the left neighbour must fit what the right one brings. */
    private @Nullable Vma mergeNewRightFirst(MergeRange range) {
        if ((range.flags & VmFlags.SPECIAL) != 0) {
            return null;
        }
        boolean right = canMergeRight(range, false);
        Vma next = range.next;
        if (right && next != null) {
            range.anonVma = next.anonVma();
        }
        return expand(range, canMergeLeft(range), right);
    }

    /** {@code vma_expand}: the left neighbour grows over the range, and over the right one; or the right one grows. */
    private @Nullable Vma expand(MergeRange range, boolean left, boolean right) {
        Vma target = left ? range.prev : right ? range.next : null;
        if (target == null) {
            return null;
        }
        Vma removed = left && right ? range.next : null;
        if (removed != null) {
            dupAnonVma(target, removed);
        }
        if (range.copiedFrom != null) {
            dupAnonVma(target, range.copiedFrom);
        }
        long start = left ? target.start() : range.start;
        long end = right ? Objects.requireNonNull(range.next).end() : range.end;
        long sticky = range.flags | (removed == null ? 0 : removed.flags());
        hooks.adjust(target, start, end, null);
        if (removed != null) {
            drop(removed);
        }
        tree.adjust(target, start, end);
        keepSticky(target, sticky);
        return target;
    }

    private void drop(Vma vma) {
        tree.remove(vma);
        AnonVma.unlink(vma);
    }

    private void keepSticky(Vma target, long flags) {
        long missing = flags & stickyFlags & ~target.flags();
        if (missing != 0) {
            target.setFlags(target.flags() | missing);
        }
    }

    /**
     * Gives {@code [start, end)} within a VMA new flags: merges it with the neighbours that fit, and splits otherwise
     * ({@code vma_modify_flags}).
     *
     * @param mapCountLimit splits that would exceed it fail
     * @return the VMA that now covers the range, or null: see {@link #error}
     */
    public @Nullable Vma modify(Vma vma, long start, long end, long newFlags, int mapCountLimit) {
        MergeRange range = MergeRange.like(vma, start, end);
        range.flags = newFlags;
        return modify(vma, range, mapCountLimit);
    }

    /** As {@link #modify(Vma, long, long, long, int)}, with a new userfaultfd context ({@code vma_modify_flags_uffd}). */
    public @Nullable Vma modify(Vma vma, long start, long end, long newFlags, @Nullable UserfaultfdCtx ctx,
            int mapCountLimit) {
        MergeRange range = MergeRange.like(vma, start, end);
        range.flags = newFlags;
        range.userfaultfdCtx = ctx;
        Vma changed = modify(vma, range, mapCountLimit);
        if (changed != null) {
            changed.setUserfaultfdCtx(ctx, newFlags & VmFlags.UFFD);
        }
        return changed;
    }

    /** As {@link #modify(Vma, long, long, long, int)}, with a memory policy ({@code vma_modify_policy}). */
    public @Nullable Vma modifyPolicy(Vma vma, long start, long end, @Nullable Object policy, int mapCountLimit) {
        MergeRange range = MergeRange.like(vma, start, end);
        range.policy = policy;
        Vma changed = modify(vma, range, mapCountLimit);
        if (changed != null) {
            changed.setPolicy(policy);
        }
        return changed;
    }

    /** As {@link #modify(Vma, long, long, long, int)}, with a name ({@code vma_modify_name}). */
    public @Nullable Vma modifyName(Vma vma, long start, long end, @Nullable String name, int mapCountLimit) {
        MergeRange range = MergeRange.like(vma, start, end);
        range.name = name;
        Vma changed = modify(vma, range, mapCountLimit);
        if (changed != null) {
            changed.setName(name);
        }
        return changed;
    }

    private @Nullable Vma modify(Vma vma, MergeRange range, int mapCountLimit) {
        range.middle = vma;
        long newFlags = range.flags;
        Vma merged = mergeExistingRange(vma, range);
        if (merged != null) {
            merged.setFlags(newFlags | (merged.flags() & stickyFlags));
            return merged;
        }
        if (vma.start() < range.start && split(vma, range.start, true, mapCountLimit) == null) {
            return null;
        }
        if (range.end < vma.end() && split(vma, range.end, false, mapCountLimit) == null) {
            return null;
        }
        vma.setFlags(newFlags);
        return vma;
    }

    private @Nullable Vma mergeExistingRange(Vma middle, MergeRange range) {
        boolean leftSide = range.start == middle.start();
        boolean rightSide = range.end == middle.end();
        if ((range.flags & VmFlags.SPECIAL) != 0 || (!leftSide && !rightSide)) {
            return null;
        }
        range.prev = leftSide ? tree.before(range.start) : null;
        range.next = rightSide ? tree.find(range.end) : null;
        boolean left = canMergeLeft(range);
        boolean right = canMergeRight(range, left);
        if (left && right) {
            return mergeBoth(middle, Objects.requireNonNull(range.prev), Objects.requireNonNull(range.next));
        }
        if (left) {
            return mergeLeft(middle, Objects.requireNonNull(range.prev), range.end);
        }
        return right ? mergeRight(middle, Objects.requireNonNull(range.next), range.start) : null;
    }

    private Vma mergeBoth(Vma middle, Vma prev, Vma next) {
        dupAnonVma(prev, next.anonVma() != null ? next : middle);
        long end = next.end();
        long sticky = middle.flags() | next.flags();
        hooks.adjust(prev, prev.start(), end, null);
        drop(middle);
        drop(next);
        tree.adjust(prev, prev.start(), end);
        keepSticky(prev, sticky);
        return prev;
    }

    private Vma mergeLeft(Vma middle, Vma prev, long end) {
        dupAnonVma(prev, middle);
        long sticky = middle.flags();
        if (middle.end() == end) {
            hooks.adjust(prev, prev.start(), end, null);
            drop(middle);
        } else {
            hooks.adjust(prev, prev.start(), end, middle);
            tree.adjust(middle, end, middle.end());
        }
        tree.adjust(prev, prev.start(), end);
        keepSticky(prev, sticky);
        return prev;
    }

    private Vma mergeRight(Vma middle, Vma next, long start) {
        dupAnonVma(next, middle);
        long sticky = middle.flags();
        if (middle.start() == start) {
            hooks.adjust(next, start, next.end(), null);
            drop(middle);
        } else {
            hooks.adjust(middle, middle.start(), start, next);
            tree.adjust(middle, middle.start(), start);
        }
        tree.adjust(next, start, next.end());
        keepSticky(next, sticky);
        return next;
    }

    /** {@code dup_anon_vma}: a survivor without an anon_vma takes over those of the VMA whose pages it gets. */
    private static void dupAnonVma(Vma survivor, Vma source) {
        if (survivor.anonVma() == null && source.anonVma() != null) {
            AnonVma.cloneChain(survivor, source);
        }
    }

    /**
     * Splits a VMA at an address strictly inside ({@code split_vma}).
     *
     * @param newBelow whether the new VMA is the lower part; the other part stays the object it was
     * @param mapCountLimit with as many VMAs the split fails
     * @return the new VMA, or null: see {@link #error}
     */
    public @Nullable Vma split(Vma vma, long address, boolean newBelow, int mapCountLimit) {
        if (tree.size() >= mapCountLimit) {
            error = ENOMEM;
            return null;
        }
        if (!vma.maySplit(address)) {
            error = EINVAL;
            return null;
        }
        Vma fresh = newBelow ? vma.dup(vma.start(), address) : vma.dup(address, vma.end());
        AnonVma.cloneChain(fresh, vma);
        fresh.open();
        hooks.adjust(vma, vma.start(), address, null);
        tree.adjust(vma, newBelow ? address : vma.start(), newBelow ? vma.end() : address);
        tree.insert(fresh);
        return fresh;
    }

    /**
     * {@code copy_vma}: a VMA for pages that mremap moves; joins the neighbours at the destination if it fits. A mapping
     * without private pages takes the offsets of its new place.
     *
     * @param from first byte of the part of {@code vma} that moves
     * @param keepSource whether the source stays (MREMAP_DONTUNMAP): then it may not become one with the destination
     */
    public Copy copy(Vma vma, long from, long to, long length, boolean keepSource) {
        MergeRange range = MergeRange.like(vma, from, from + length);
        range.start = to;
        range.end = to + length;
        boolean faulted = vma.anonVma() != null;
        if (!faulted) {
            range.anonPgoff = to >>> pageShift;
            range.pgoff = vma.isAnonymous() ? range.anonPgoff : range.pgoff;
        }
        long oldStart = vma.start();
        Vma merged = mergeCopiedRange(vma, range, keepSource && !faulted && vma.isAnonymous());
        if (merged != null) {
            boolean replaced = oldStart >= merged.start() && oldStart < merged.end();
            return new Copy(replaced ? merged : vma, merged);
        }
        Vma fresh = vma.dup(vma.start(), vma.start() + length);
        fresh.setRange(to, to + length);
        fresh.setOffsets(range.pgoff, range.anonPgoff);
        AnonVma.cloneChain(fresh, vma);
        fresh.open();
        tree.insert(fresh);
        return new Copy(vma, fresh);
    }

    private @Nullable Vma mergeCopiedRange(Vma vma, MergeRange range, boolean keepApart) {
        boolean adjacent = range.start == vma.end() || range.end == vma.start();
        if (keepApart && adjacent && keepsAwayFromKeptSource) {
            return null;
        }
        Vma prev = tree.before(range.start);
        Vma next = tree.find(range.start);
        range.prev = keepApart && vma.equals(prev) ? null : prev;
        range.next = keepApart && vma.equals(next) ? null : next;
        range.copiedFrom = faultedJoinsUnfaulted ? vma : null;
        return mergeNewRange(range);
    }

    /** {@code vma_link}: adds a VMA where none is. */
    public void link(Vma vma) {
        tree.insert(vma);
    }

    /** Moves a stack's start down over free addresses. */
    public void growDown(Vma vma, long start) {
        tree.adjust(vma, start, vma.end());
    }

    /** A VMA that became unfaulted takes the offsets of its address (MREMAP_DONTUNMAP of a whole VMA). */
    public void unfault(Vma vma) {
        AnonVma.unlink(vma);
        long page = vma.start() >>> pageShift;
        vma.setOffsets(vma.isAnonymous() ? page : vma.pgoff(), page);
    }

    /**
     * {@code find_mergeable_anon_vma}: the anon_vma of a neighbour that would merge if only the rights were equal, so that
     * they may merge later.
     */
    @Nullable
    AnonVma findMergeableAnonVma(Vma vma) {
        Vma next = tree.find(vma.end());
        if (next != null && anonVmaCompatible(vma, next) && next.anonVmaChain().size() == 1) {
            return next.anonVma();
        }
        Vma prev = tree.before(vma.start());
        if (prev != null && anonVmaCompatible(prev, vma) && prev.anonVmaChain().size() == 1) {
            return prev.anonVma();
        }
        return null;
    }

    private boolean anonVmaCompatible(Vma a, Vma b) {
        return a.end() == b.start() && Objects.equals(a.policy(), b.policy()) && a.file() == b.file()
                && ((a.flags() ^ b.flags()) & ~(VmFlags.ACCESS | VmFlags.SOFTDIRTY | stickyFlags)) == 0
                && b.pgoff() == a.pgoff() + a.pages()
                && (!anonOffsetsCount || b.anonPgoff() == a.anonPgoff() + a.pages());
    }

    private boolean canMergeLeft(MergeRange range) {
        Vma prev = range.prev;
        return prev != null && prev.end() == range.start && isMergeable(range, prev)
                && prev.pgoff() + prev.pages() == range.pgoff
                && (!needsAdjacentAnonPgoff(range) || prev.anonPgoff() + prev.pages() == range.anonPgoff);
    }

    /** {@code can_vma_merge_right}: fits itself, and the left neighbour if that fits too. */
    private boolean canMergeRight(MergeRange range, boolean left) {
        Vma next = range.next;
        if (next == null || next.start() != range.end || !isMergeable(range, next)
                || next.pgoff() != range.pgoff + range.pages(pageShift) || (needsAdjacentAnonPgoff(range)
                        && next.anonPgoff() != range.anonPgoff + range.pages(pageShift))) {
            return false;
        }
        if (!left) {
            return true;
        }
        AnonVma of = Objects.requireNonNull(range.prev).anonVma();
        return of == null || next.anonVma() == null || of == next.anonVma();
    }

    private boolean needsAdjacentAnonPgoff(MergeRange range) {
        return anonOffsetsCount && range.file != null && VmFlags.isCow(range.flags);
    }

    private boolean isMergeable(MergeRange range, Vma neighbour) {
        return range.isMergeableWith(neighbour, VmFlags.SOFTDIRTY | stickyFlags)
                && (faultedJoinsUnfaulted ? isMergeableAnonVmaNow(range, neighbour)
                        : isMergeableAnonVma(range.anonVma, neighbour));
    }

    /** {@code is_mergeable_anon_vma} before 6.16: asymmetric, an unfaulted neighbour has no chain of one. */
    private static boolean isMergeableAnonVma(@Nullable AnonVma anonVma, Vma neighbour) {
        if ((anonVma == null || neighbour.anonVma() == null) && neighbour.anonVmaChain().size() == 1) {
            return true;
        }
        return anonVma == neighbour.anonVma();
    }

    /** {@code is_mergeable_anon_vma} since 6.16: the faulted side must not be a child's clone, whichever side it is. */
    private static boolean isMergeableAnonVmaNow(MergeRange range, Vma target) {
        if (target.anonVma() == null && range.anonVma != null) {
            return !isForkChild(range.middle) && !isForkChild(range.copiedFrom);
        }
        if (target.anonVma() != null && range.anonVma == null) {
            return !isForkChild(target);
        }
        return range.anonVma == target.anonVma();
    }

    private static boolean isForkChild(@Nullable Vma vma) {
        return vma != null && vma.anonVma() != null && vma.anonVmaChain().size() != 1;
    }
}
