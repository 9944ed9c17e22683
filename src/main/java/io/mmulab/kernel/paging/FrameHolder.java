package io.mmulab.kernel.paging;

/**
 * Whoever keeps references to frames beside page tables: a page cache, a swap cache, a batch, a pin. An audit asks every
 * holder of a machine, so that a reference that nobody admits to is a leak.
 */
@FunctionalInterface
public interface FrameHolder {
    /** Tells of every frame that is held now; a frame may be told of several times. */
    void visitHeld(Visitor visitor);

    /** Hears of held frames. */
    @FunctionalInterface
    interface Visitor {
        /** These many references to the frame, or to the compound page that it is part of. */
        void holds(int frame, int references);
    }
}
