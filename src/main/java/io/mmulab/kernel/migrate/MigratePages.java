package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.tlb.UnmapBatch;

/**
 * {@code migrate_pages()} of {@code mm/migrate.c}, synchronously: before 6.3 each folio is unmapped and moved by itself; later
 * all are unmapped, flushed once and moved, and those that could not be are tried again one by one.
 */
public final class MigratePages {
    private static final int PASSES = 10;
    private static final int ASYNC_PASSES = 3;

    private final TryToMigrate unmap;
    private final MigrateHugetlb huge;
    private final MoveFolio mover;
    private final Frames frames;
    private final UnmapBatch batch;
    private final boolean inBatches;

    MigratePages(KernelVersion version, TryToMigrate unmap, MigrateHugetlb huge, MoveFolio mover, Frames frames,
            UnmapBatch batch) {
        this.unmap = unmap;
        this.huge = huge;
        this.mover = mover;
        this.frames = frames;
        this.batch = batch;
        this.inBatches = version.has(VersionRule.MIGRATION_IN_BATCHES);
    }

    /** {@code folio_maybe_mapped_shared}: whether more than one entry maps a page of hugetlb; else what the kernel guesses. */
    boolean maybeMappedShared(int frame) {
        return frames.has(frame, Frames.HUGETLB) ? frames.mapcount(frame) > 1 : frames.maybeMappedShared(frame);
    }

    /**
     * {@code folio_isolate_lru}, {@code folio_isolate_hugetlb}: takes a folio for {@link #migrate}, with one reference, unless it has been taken.
     *
     * @return whether it was added to the list
     */
    boolean isolate(int head, List<MigratingFolio> folios) {
        if (folios.stream().anyMatch(folio -> folio.head() == head)) {
            return false;
        }
        frames.get(head);
        folios.add(new MigratingFolio(head));
        return true;
    }

    /**
     * Moves isolated folios to a node, and puts them all back.
     *
     * @return how many could not be moved, or ENOMEM
     */
    long migrate(List<MigratingFolio> folios, int node) {
        List<MigratingFolio> left = new ArrayList<>(folios);
        folios.clear();
        List<MigratingFolio> refused = new ArrayList<>();
        boolean memory = inBatches ? hugetlbsThenBatches(left, refused, node) : inPasses(left, refused, node);
        left.addAll(refused);
        left.forEach(folio -> frames.put(folio.head()));
        return memory ? left.size() : Errno.ENOMEM.returned();
    }

    /** Tries each folio up to {@value #PASSES} times, in turns. Whether memory was enough. */
    private boolean inPasses(List<MigratingFolio> left, List<MigratingFolio> refused, int node) {
        for (int pass = 0; pass < PASSES && !left.isEmpty(); pass++) {
            for (Iterator<MigratingFolio> i = left.iterator(); i.hasNext();) {
                MigratingFolio folio = i.next();
                switch (unmapAndMove(folio, node)) {
                    case MOVED -> i.remove();
                    case BUSY -> {}
                    case REFUSED -> {
                        i.remove();
                        refused.add(folio);
                    }
                    case NO_MEMORY -> {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private MigrateHugetlb.Result unmapAndMove(MigratingFolio folio, int node) {
        if (frames.has(folio.head(), Frames.HUGETLB)) {
            return huge.move(folio, node);
        }
        if (!hasTarget(folio, node)) {
            return MigrateHugetlb.Result.NO_MEMORY;
        }
        if (unmap.unmap(folio, false) && finish(folio)) {
            return MigrateHugetlb.Result.MOVED;
        }
        undo(folio);
        return MigrateHugetlb.Result.BUSY;
    }

    /** {@code migrate_hugetlbs}, then everything else. */
    private boolean hugetlbsThenBatches(List<MigratingFolio> left, List<MigratingFolio> refused, int node) {
        List<MigratingFolio> hugetlbs = new ArrayList<>();
        left.removeIf(folio -> frames.has(folio.head(), Frames.HUGETLB) && hugetlbs.add(folio));
        boolean memory = inPasses(hugetlbs, refused, node);
        refused.addAll(hugetlbs);
        return memory && (left.isEmpty() || batches(left, node));
    }

    /** {@code migrate_pages_sync}. */
    private boolean batches(List<MigratingFolio> left, int node) {
        if (!batch(left, node, true, ASYNC_PASSES)) {
            return false;
        }
        List<MigratingFolio> again = new ArrayList<>(left);
        for (MigratingFolio folio : again) {
            left.remove(folio);
            List<MigratingFolio> one = new ArrayList<>(List.of(folio));
            boolean memory = batch(one, node, false, PASSES - ASYNC_PASSES);
            left.addAll(one);
            if (!memory) {
                return false;
            }
        }
        return true;
    }

    /** {@code migrate_pages_batch}: what stays in the list could not be moved. Whether memory was enough. */
    private boolean batch(List<MigratingFolio> left, int node, boolean mayDefer, int passes) {
        List<MigratingFolio> unmapped = new ArrayList<>();
        boolean memory = true;
        for (int pass = 0; memory && pass < passes && !left.isEmpty(); pass++) {
            memory = unmapAll(left, unmapped, node, mayDefer);
        }
        batch.flush();
        unmapped.removeIf(this::finish);
        unmapped.forEach(this::undo);
        left.addAll(unmapped);
        return memory;
    }

    private boolean unmapAll(List<MigratingFolio> left, List<MigratingFolio> unmapped, int node, boolean mayDefer) {
        for (Iterator<MigratingFolio> i = left.iterator(); i.hasNext();) {
            MigratingFolio folio = i.next();
            if (!hasTarget(folio, node)) {
                return false;
            }
            if (unmap.unmap(folio, mayDefer)) {
                i.remove();
                unmapped.add(folio);
            } else {
                undo(folio);
            }
        }
        return true;
    }

    private boolean hasTarget(MigratingFolio folio, int node) {
        folio.setTarget(mover.allocate(folio.head(), node));
        return folio.target() != Frames.NO_FRAME;
    }

    /** {@code migrate_folio_move}: whether it is in its new place, and mapped there. */
    private boolean finish(MigratingFolio folio) {
        if (!mover.move(folio.head(), folio.target())) {
            return false;
        }
        unmap.restore(folio, folio.target());
        frames.put(folio.target());
        if (!folio.isKept()) {
            frames.put(folio.head());
        }
        return true;
    }

    /** {@code migrate_folio_undo_src}, {@code migrate_folio_undo_dst}. */
    private void undo(MigratingFolio folio) {
        unmap.restore(folio, folio.head());
        frames.put(folio.target());
    }
}
