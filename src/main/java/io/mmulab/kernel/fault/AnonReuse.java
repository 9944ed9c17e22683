package io.mmulab.kernel.fault;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.vma.Vma;

/**
 * Whether a write may go to an anonymous page as it is, or needs a copy: {@code wp_can_reuse_anon_folio()} of
 * {@code mm/memory.c}, or the same tests inside {@code do_wp_page()} before it.
 */
final class AnonReuse {
    /** Before 7.x: a mapping, the swap cache and an LRU batch at most. */
    private static final int HOPE = 3;

    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final AnonFolio folios;
    private final boolean largeAsSmall;
    private final boolean expectsNoSpare;

    AnonReuse(KernelVersion version, Frames frames, AnonFolio folios, Lru lru, SwapArea swap) {
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.folios = folios;
        this.largeAsSmall = folios.reusesAsSmall();
        this.expectsNoSpare = version.has(VersionRule.EXPECTS_NO_SPARE_REFERENCE);
    }

    /**
     * {@code PageAnonExclusive}, or nobody else has a reference: then it is exclusive from now on.
     *
     * @param page address of the page in the VMA
     */
    boolean canReuse(Vma vma, long page, int frame) {
        if (frames.has(frame, Frames.ANON_EXCLUSIVE)) {
            return true;
        }
        boolean reuse = (frames.order(frame) == 0 || largeAsSmall) ? isSoleReference(frame) : folios.canReuse(frame);
        if (reuse) {
            moveAnonRmap(vma, page, frame);
            frames.set(frame, Frames.ANON_EXCLUSIVE);
        }
        return reuse;
    }

    /** {@code folio_move_anon_rmap}: the page is the VMA's own anon_vma's from now on. */
    private void moveAnonRmap(Vma vma, long page, int frame) {
        int head = frames.head(frame);
        frames.setMapping(head, vma.anonVma(), vma.pageIndex(page) - (frame - head));
    }

    private boolean isSoleReference(int frame) {
        int head = frames.head(frame);
        int references = lru.refcount(head);
        int inSwapCache = frames.has(head, Frames.SWAPCACHE) ? 1 : 0;
        boolean onWay = !lru.isOnLru(head);
        int hope = expectsNoSpare ? 1 + inSwapCache + (onWay ? 1 : 0) : HOPE;
        if (frames.has(head, Frames.KSM) || references > hope) {
            return false;
        }
        if (onWay) {
            lru.drain();
        }
        if (lru.refcount(head) > 1 + inSwapCache) {
            return false;
        }
        swap.freeSwap(head);
        return lru.refcount(head) == 1;
    }
}
