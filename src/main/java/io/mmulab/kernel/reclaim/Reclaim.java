package io.mmulab.kernel.reclaim;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.migrate.TryToMigrate;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.Madv;
import io.mmulab.kernel.syscall.Madvise;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.tlb.UnmapBatch;

/** The parts of reclaim of one machine, put together. */
public final class Reclaim {
    private final TryToUnmap unmap;
    private final Swapping swapping;
    private final SplitFolio split;
    private final Lru lru;

    /** What they work on. */
    public record Parts(Architecture architecture, KernelVersion version, PageTableOps ops, PmdOps pmds,
            SplitHugePmd split, Frames frames, Lru lru, SwapArea swap, Rmap rmap, MmuNotifiers notifiers,
            MmuGather gather,
            UnmapBatch batch, TryToMigrate migrate, CurrentActor current) {}

    /** For one machine; does the advices of madvise that are its. */
    public Reclaim(Parts p, Madvise madvise) {
        lru = p.lru;
        swapping = new Swapping(p.ops, p.frames, p.lru, p.swap, p.current);
        unmap = new TryToUnmap(p.version, p.rmap, p.ops, p.split, p.frames, p.lru, p.swap, p.batch, p.notifiers,
                p.current);
        split = new SplitFolio(p.migrate, unmap, p.frames, p.lru, p.swap);
        FolioReferenced referenced = new FolioReferenced(p.rmap, p.ops, p.pmds, p.frames, p.notifiers, p.current);
        ShrinkFolioList shrink =
                new ShrinkFolioList(p.version, unmap, split, referenced, p.frames, p.lru, p.swap, p.batch);
        AdvisedFolios folios = new AdvisedFolios(p.version, split, p.ops, p.pmds, p.frames, p.gather);
        PageoutAdvice pageout = new PageoutAdvice(p.version, folios, shrink, p.ops, p.pmds, p.frames, p.lru, p.gather,
                p.current);
        madvise.setHandler(Madv.WILLNEED, new WillneedAdvice(p.ops, p.frames, p.lru, p.swap));
        madvise.setHandler(Madv.COLD, pageout);
        madvise.setHandler(Madv.PAGEOUT, pageout);
        madvise.setHandler(Madv.FREE,
                new LazyFreeAdvice(folios, p.ops, p.pmds, p.frames, p.lru, p.swap, p.gather, p.notifiers, p.current));
    }

    /** Turns swap on and off. */
    public Swapping swapping() {
        return swapping;
    }

    /** Splits large folios. */
    public SplitFolio splitFolio() {
        return split;
    }

    /** {@code lru_add_drain_all}. */
    public void drainLru() {
        lru.drain();
    }

    /** Takes pages from those that map them. */
    public TryToUnmap tryToUnmap() {
        return unmap;
    }
}
