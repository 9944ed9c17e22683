package io.mmulab.kernel.migrate;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.migrate.MigratingFolio.Entry;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.tlb.UnmapBatch;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code try_to_migrate()} of {@code mm/rmap.c}: puts a migration entry in the place of every entry that maps a folio, in one
 * window a VMA; and {@code remove_migration_ptes()}, which turns them into entries of the new folio, or of the old one.
 */
public final class TryToMigrate {
    private final MigrationEntries entries;
    private final Rmap rmap;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final UnmapBatch batch;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean keepsSoftClean;
    private final boolean splitsInWindow;
    private final boolean mapsZeropage;

    TryToMigrate(KernelVersion version, MigrationEntries entries, Rmap rmap, PageTableOps ops, PmdOps pmds,
            Frames frames, UnmapBatch batch, MmuNotifiers notifiers, CurrentActor current) {
        this.entries = entries;
        this.rmap = rmap;
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.batch = batch;
        this.notifiers = notifiers;
        this.current = current;
        this.keepsSoftClean = version.has(VersionRule.MIGRATION_IN_BATCHES);
        this.splitsInWindow = version.has(VersionRule.MIGRATE_SPLITS_IN_WINDOW);
        this.mapsZeropage = version.has(VersionRule.SPLIT_MAPS_ZEROPAGE);
    }

    /**
     * Unmaps a folio.
     *
     * @param mayDefer whether its flushes may wait for {@link UnmapBatch#flush}
     * @return whether nothing maps it any more
     */
    boolean unmap(MigratingFolio folio, boolean mayDefer) {
        return unmap(folio, mayDefer, false);
    }

    /**
     * {@code unmap_folio}: as {@link #unmap}, before the folio is split. A huge entry becomes a table of migration entries.
     *
     * @return whether nothing maps it any more
     */
    public boolean unmapToSplit(MigratingFolio folio) {
        boolean unmapped = unmap(folio, keepsSoftClean, true);
        if (keepsSoftClean) {
            batch.flush();
        }
        return unmapped;
    }

    private boolean unmap(MigratingFolio folio, boolean mayDefer, boolean split) {
        int head = folio.head();
        boolean splitsPmds = split && frames.order(head) == frames.hugeOrder();
        rmap.walkFolio(head, (mm, vma, address) -> {
            if (splitsPmds && !splitsInWindow) {
                splitPmdAddress(mm, vma, address, folio);
            }
            return one(mm, vma, address, folio, mayDefer, splitsPmds) && frames.folioMapcount(head) > 0;
        });
        return frames.folioMapcount(head) == 0;
    }

    /** {@code split_huge_pmd_address} with freeze: a window of its own, even if no huge entry is there. */
    private void splitPmdAddress(AddressSpace mm, Vma vma, long address, MigratingFolio folio) {
        if ((mm.pageTable().entry(address, PmdOps.LEVEL + 1) & Pte.TABLE) == 0) {
            return;
        }
        long start = address & -pmds.size();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, start + pmds.size(),
                Cause.SPLIT_HUGE_PMD);
        current.get().lock(LockKind.PTL);
        long pmd = pmds.get(mm, start);
        if (Pte.isHuge(pmd) && Rmap.mapsFolio(frames, pmd, folio.head())) {
            hugeEntry(mm, vma, start, folio, true);
        }
        current.get().unlock(LockKind.PTL);
        notifiers.rangeOnlyEnd(window);
    }

    /** {@code try_to_migrate_one}: whether to go on. */
    private boolean one(AddressSpace mm, Vma vma, long address, MigratingFolio folio, boolean mayDefer,
            boolean split) {
        int head = folio.head();
        long end = frames.order(head) == 0 ? address + mm.pageSize() : rmap.end(mm, vma, head);
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, address, end,
                Cause.TRY_TO_MIGRATE_ONE);
        boolean done = true;
        for (long at = address; done && at < end; at += mm.pageSize()) {
            long pte = ops.get(mm, at);
            if (!Rmap.mapsFolio(frames, pte, head)) {
                continue;
            }
            current.get().lock(LockKind.PTL);
            if (Pte.isHuge(pte)) {
                done = hugeEntry(mm, vma, at, folio, split);
                at = end;
            } else {
                done = entry(mm, vma, at, folio, mayDefer);
            }
            current.get().unlock(LockKind.PTL);
        }
        notifiers.rangeEnd(window);
        return done;
    }

    private boolean entry(AddressSpace mm, Vma vma, long at, MigratingFolio folio, boolean mayDefer) {
        long old = clear(mm, at, mayDefer);
        int frame = Pte.frame(old);
        boolean exclusive = entries.isExclusive(frame);
        if (Pte.dirty(old)) {
            frames.markDirty(frame);
        }
        if (exclusive && frames.maybeDmaPinned(folio.head())) {
            ops.setPte(mm, at, old);
            return false;
        }
        frames.clear(frame, Frames.ANON_EXCLUSIVE);
        if (frames.has(frame, Frames.HWPOISON)) {
            ops.setPte(mm, at, Pte.of(frame, Pte.HWPOISON));
            mm.countOut(vma, frames.has(frame, Frames.ANON));
        } else {
            ops.setPte(mm, at, entries.make(old, exclusive));
            folio.add(new Entry(mm, vma, at, frame - folio.head(), false, old, exclusive));
        }
        frames.removeRmap(frame, mm.id());
        frames.put(frame);
        return true;
    }

    private long clear(AddressSpace mm, long at, boolean mayDefer) {
        if (!mayDefer || !batch.defers()) {
            return ops.clearFlush(mm, at);
        }
        long old = ops.getAndClear(mm, at);
        if (Pte.valid(old)) {
            batch.add(mm, at, Cause.TRY_TO_MIGRATE_ONE);
        }
        return old;
    }

    /**
     * {@code set_pmd_migration_entry}, where the entry stays as it was invalidated until it is replaced; or
     * {@code __split_huge_pmd_locked} with freeze, which puts a table of migration entries in its place.
     */
    private boolean hugeEntry(AddressSpace mm, Vma vma, long at, MigratingFolio folio, boolean split) {
        int head = folio.head();
        long start = at & -pmds.size();
        long old = pmds.invalidate(mm, start);
        boolean exclusive = entries.isExclusive(head);
        if (exclusive && frames.maybeDmaPinned(head)) {
            pmds.set(mm, start, old);
            return false;
        }
        if (Pte.dirty(old)) {
            frames.markDirty(head);
        }
        frames.clear(head, Frames.ANON_EXCLUSIVE);
        if (split) {
            for (int i = 0; i < frames.pages(head); i++) {
                folio.add(new Entry(mm, vma, start + i * mm.pageSize(), i, false, old, exclusive));
            }
            pmds.populate(mm, start, entries.make(old, exclusive), 1);
        } else {
            folio.add(new Entry(mm, vma, start, 0, true, old, exclusive));
        }
        frames.removeEntireRmap(head, mm.id());
        frames.put(head);
        return true;
    }

    /** {@code remove_migration_ptes}: {@code to} is the folio's new head, or the old one. */
    void restore(MigratingFolio folio, int to) {
        for (Entry entry : folio.takeEntries()) {
            restore(entry, to + entry.page());
        }
    }

    /**
     * {@code remap_page}.
     *
     * @param split whether the folio was split: pages of it that hold only zeroes become the zero page then
     */
    public void restoreSplit(MigratingFolio folio, boolean split) {
        for (Entry entry : folio.takeEntries()) {
            int frame = folio.head() + entry.page();
            if (!split || !mapsZeropage || !mapZeropage(entry, frame)) {
                restore(entry, frame);
            }
        }
    }

    private void restore(Entry entry, int frame) {
        current.get().lock(LockKind.PTL);
        frames.get(frame);
        if (entry.exclusive()) {
            frames.set(frame, Frames.ANON_EXCLUSIVE);
        }
        if (entry.huge()) {
            frames.addEntireRmap(frame, entry.mm().id());
            pmds.set(entry.mm(), entry.address(), Pte.huge(frame, PmdOps.LEVEL, entries.bits(entry, frame)));
        } else {
            frames.addRmap(frame, entry.mm().id());
            ops.setPte(entry.mm(), entry.address(), Pte.of(frame, entries.bits(entry, frame)));
        }
        current.get().unlock(LockKind.PTL);
    }

    /** {@code try_to_map_unused_to_zeropage}. */
    private boolean mapZeropage(Entry entry, int frame) {
        if (frames.has(frame, Frames.HWPOISON) || frames.has(frame, Frames.UNEVICTABLE)
                || entry.vma().has(VmFlags.LOCKED) || !frames.isZeroed(frame)) {
            return false;
        }
        long kept = entry.old() & (Pte.SOFT_DIRTY | Pte.UFFD_WP);
        long prot = entry.vma().pageProt() | Pte.ACCESSED | Pte.SPECIAL;
        current.get().lock(LockKind.PTL);
        ops.setPte(entry.mm(), entry.address(),
                Pte.of(Frames.ZERO_PAGE, Pte.uffdWp(kept) ? Pte.mkuffdWp(prot | kept) : prot | kept));
        entry.mm().addAnonPages(-1);
        current.get().unlock(LockKind.PTL);
        return true;
    }
}
