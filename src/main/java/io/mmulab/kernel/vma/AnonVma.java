package io.mmulab.kernel.vma;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * {@code struct anon_vma} of {@code mm/rmap.c}: what the private pages of VMAs hang on, so that the entries that map a page
 * can be found. Fork makes a tree of them: a child's VMA hangs on all of its parent's and on one of its own.
 *
 * <p>The functions that tie VMAs to them are static methods with the kernel's names. A VMA's chain
 * ({@code anon_vma_chain}) is ordered from the newest to the root.
 */
public final class AnonVma {
    private final AnonVma root;
    private final AnonVma parent;
    private final List<Vma> vmas = new ArrayList<>();
    private int numChildren;
    private int numActiveVmas;

    private AnonVma(@Nullable AnonVma forkedFrom) {
        root = forkedFrom == null ? this : forkedFrom.root;
        parent = forkedFrom == null ? this : forkedFrom;
        parent.numChildren++;
    }

    /** The one at the top of the tree, whose lock is everybody's. */
    public AnonVma root() {
        return root;
    }

    /** The VMAs whose chain has it, in the order in which they were linked: where a page of it may be mapped. */
    public List<Vma> vmas() {
        return Collections.unmodifiableList(vmas);
    }

    /**
     * {@code anon_vma_interval_tree_foreach}: those of them that map some of the page offsets {@code [first, end)}, by their
     * first and, among equals, in the order in which they were linked. A copy: the caller may change VMAs.
     */
    public List<Vma> vmas(long first, long end) {
        List<Vma> found = new ArrayList<>();
        for (Vma vma : vmas) {
            if (vma.pgoff() < end && vma.pgoff() + vma.pages() > first) {
                found.add(vma);
            }
        }
        found.sort(Comparator.comparingLong(Vma::pgoff));
        return found;
    }

    /**
     * {@code anon_vma_prepare}: makes sure that a VMA has one before its first private page.
     *
     * @param neighbours of the address space that the VMA is in
     */
    public static void prepare(Vma vma, VmaMerge neighbours) {
        if (vma.anonVma() == null) {
            AnonVma shared = neighbours.findMergeableAnonVma(vma);
            AnonVma own = shared != null ? shared : new AnonVma(null);
            vma.setAnonVma(own);
            link(vma, own);
            own.numActiveVmas++;
        }
    }

    /** {@code anon_vma_clone} of a split, a merge or mremap: an exact copy of the chain of {@code src}. */
    static void cloneChain(Vma dst, Vma src) {
        AnonVma active = src.anonVma();
        dst.setAnonVma(active);
        for (AnonVma each : src.anonVmaChain().reversed()) {
            link(dst, each);
        }
        if (active != null) {
            active.numActiveVmas++;
        }
    }

    /**
     * {@code anon_vma_fork}: the child's VMA joins all of the parent's, and gets one of its own for pages to come; or takes
     * over one that no VMA uses any more and that has one child at most.
     */
    public static void fork(Vma child, Vma parent) {
        AnonVma active = parent.anonVma();
        if (active == null) {
            return;
        }
        AnonVma own = null;
        for (AnonVma each : parent.anonVmaChain().reversed()) {
            link(child, each);
            if (own == null && each.numActiveVmas == 0 && each.numChildren < 2) {
                own = each;
            }
        }
        if (own == null) {
            own = new AnonVma(active);
            link(child, own);
        }
        own.numActiveVmas++;
        child.setAnonVma(own);
    }

    /** {@code unlink_anon_vmas}: the VMA is gone, or has become unfaulted. */
    public static void unlink(Vma vma) {
        AnonVma active = vma.anonVma();
        if (active == null) {
            return;
        }
        for (AnonVma each : vma.anonVmaChain()) {
            each.vmas.remove(vma);
            if (each.vmas.isEmpty()) {
                each.parent.numChildren--;
            }
        }
        active.numActiveVmas--;
        vma.setAnonVma(null);
        vma.clearAnonVmaChain();
    }

    private static void link(Vma vma, AnonVma anonVma) {
        vma.chain(anonVma);
        anonVma.vmas.add(vma);
    }
}
