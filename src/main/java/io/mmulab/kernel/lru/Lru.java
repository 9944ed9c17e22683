package io.mmulab.kernel.lru;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;

/**
 * Pages enter the LRU lists, and move between them, through batches of the CPU they are handled on. One set of batches
 * stands for those of all CPUs.
 *
 * <p>Adding a page costs a fault one store: the reference that the batch {@code lru_add} holds is not counted in
 * {@link Frames}, but by {@link #refcount}, which whoever compares reference counts must ask. The other batches, which
 * faults do not use, hold counted references.
 */
public final class Lru implements FrameHolder {
    private static final int SMALL_BATCH = 15;
    private static final int BATCH = 31;

    private final Frames frames;
    private final boolean multiGeneration;
    private final FolioBatch add;
    private final FolioBatch lazyfree;
    private final FolioBatch deactivate;
    private final FolioBatch activate;

    /** For one machine. */
    public Lru(KernelVersion version, Frames frames) {
        this.frames = frames;
        this.multiGeneration = version.has(VersionRule.MULTI_GEN_LRU);
        int capacity = version.has(VersionRule.LRU_BATCH_OF_31) ? BATCH : SMALL_BATCH;
        add = new FolioBatch(capacity);
        lazyfree = new FolioBatch(capacity);
        deactivate = new FolioBatch(capacity);
        activate = new FolioBatch(capacity);
    }

    /** {@code folio_add_lru} of a new page. A large folio does not stay on a batch. */
    public void add(int frame) {
        if (add.add(frame)) {
            add.clear();
        }
    }

    /** {@code folio_add_lru} of a folio of more than one page: the batch moves at once. */
    public void addLarge() {
        add.clear();
    }

    /** {@code PageLRU}: not on the way to its first list. */
    public boolean isOnLru(int frame) {
        return add.occurrences(frame) == 0;
    }

    /** {@code folio_ref_count}, with what the batches hold. */
    public int refcount(int frame) {
        return frames.refcount(frame) + (isOnLru(frames.head(frame)) ? 0 : 1);
    }

    /**
     * {@code folio_mark_accessed}: before the multi-generational LRU, the second time activates the page, through a batch
     * if it is on a list.
     */
    public void markAccessed(int frame) {
        int head = frames.head(frame);
        if (!frames.has(head, Frames.REFERENCED)) {
            frames.set(head, Frames.REFERENCED);
        } else if (!multiGeneration && !frames.has(head, Frames.UNEVICTABLE) && !frames.has(head, Frames.ACTIVE)) {
            if (isOnLru(head)) {
                hold(activate, head);
            } else {
                frames.set(head, Frames.ACTIVE);
            }
            frames.clear(head, Frames.REFERENCED);
        }
    }

    /** {@code folio_mark_lazyfree}: an anonymous page moves to the inactive file list, and may then be dropped. */
    public void markLazyfree(int frame) {
        if (isOnLru(frame) && mayBeLazy(frame)) {
            hold(lazyfree, frame);
        }
    }

    private boolean mayBeLazy(int frame) {
        return frames.has(frame, Frames.ANON | Frames.SWAPBACKED) && !frames.has(frame, Frames.SWAPCACHE)
                && !frames.has(frame, Frames.UNEVICTABLE);
    }

    /** {@code folio_deactivate}: to the inactive list. */
    public void deactivate(int frame) {
        if (isOnLru(frame) && !frames.has(frame, Frames.UNEVICTABLE)
                && (multiGeneration || frames.has(frame, Frames.ACTIVE))) {
            hold(deactivate, frame);
        }
    }

    private void hold(FolioBatch batch, int frame) {
        frames.get(frame);
        boolean full = batch.add(frame);
        if (full || frames.order(frame) > 0) {
            move(batch);
        }
    }

    /** {@code lru_add_drain} and {@code lru_add_drain_all}: everything moves to where it waits to go. */
    public void drain() {
        add.clear();
        move(deactivate);
        move(lazyfree);
        move(activate);
    }

    /** {@code folio_batch_move_lru}. */
    private void move(FolioBatch batch) {
        int count = batch.count();
        for (int i = 0; i < count; i++) {
            arrive(batch, batch.get(i));
        }
        for (int i = 0; i < count; i++) {
            frames.put(batch.get(i));
        }
        batch.clear();
    }

    private void arrive(FolioBatch batch, int frame) {
        if (frames.has(frame, Frames.UNEVICTABLE)) {
            return;
        }
        if (batch == activate) {
            frames.set(frame, Frames.ACTIVE);
        } else if (batch == deactivate) {
            frames.clear(frame, Frames.ACTIVE | Frames.REFERENCED);
        } else if (mayBeLazy(frame)) {
            frames.clear(frame, Frames.ACTIVE | Frames.REFERENCED | Frames.SWAPBACKED);
        }
    }

    @Override
    public void visitHeld(Visitor visitor) {
        visit(lazyfree, visitor);
        visit(deactivate, visitor);
        visit(activate, visitor);
    }

    private static void visit(FolioBatch batch, Visitor visitor) {
        for (int i = 0; i < batch.count(); i++) {
            visitor.holds(batch.get(i), 1);
        }
    }
}
