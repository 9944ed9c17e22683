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
import io.mmulab.kernel.vma.Vma;

/**
 * {@code try_to_migrate()} of {@code mm/rmap.c}: puts a migration entry in the place of every entry that maps a folio, in one
 * window a VMA; and {@code remove_migration_ptes()}, which turns them into entries of the new folio, or of the old one.
 */
final class TryToMigrate {
    private static final long KEPT = Pte.WRITE | Pte.ACCESSED | Pte.DIRTY | Pte.SOFT_DIRTY | Pte.UFFD_WP;

    private final Rmap rmap;
    private final PageTableOps ops;
    private final PmdOps pmds;
    private final Frames frames;
    private final UnmapBatch batch;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final boolean keepsSoftClean;

    TryToMigrate(KernelVersion version, Rmap rmap, PageTableOps ops, PmdOps pmds, Frames frames, UnmapBatch batch,
            MmuNotifiers notifiers, CurrentActor current) {
        this.rmap = rmap;
        this.ops = ops;
        this.pmds = pmds;
        this.frames = frames;
        this.batch = batch;
        this.notifiers = notifiers;
        this.current = current;
        this.keepsSoftClean = version.has(VersionRule.MIGRATION_IN_BATCHES);
    }

    /**
     * Unmaps a folio.
     *
     * @param mayDefer whether its flushes may wait for {@link UnmapBatch#flush}
     * @return whether nothing maps it any more
     */
    boolean unmap(MigratingFolio folio, boolean mayDefer) {
        rmap.walkFolio(folio.head(), (mm, vma, address) -> one(mm, vma, address, folio, mayDefer)
                && frames.folioMapcount(folio.head()) > 0);
        return frames.folioMapcount(folio.head()) == 0;
    }

    /** {@code try_to_migrate_one}: whether to go on. */
    private boolean one(AddressSpace mm, Vma vma, long address, MigratingFolio folio, boolean mayDefer) {
        int head = folio.head();
        long end = Math.min(address + frames.pages(head) * mm.pageSize(), vma.end());
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
                done = hugeEntry(mm, vma, at, folio);
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
        boolean exclusive = isExclusive(frame);
        if (Pte.dirty(old)) {
            frames.markDirty(frame);
        }
        if (exclusive && frames.maybeDmaPinned(folio.head())) {
            ops.setPte(mm, at, old);
            return false;
        }
        frames.clear(frame, Frames.ANON_EXCLUSIVE);
        ops.setPte(mm, at, Pte.of(frame, Pte.MIGRATION | (old & KEPT) | (exclusive ? Pte.SWP_EXCLUSIVE : 0)));
        folio.add(new Entry(mm, vma, at, frame - folio.head(), false, old, exclusive));
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

    /** {@code set_pmd_migration_entry}. Until it is replaced, the entry stays as it was invalidated. */
    private boolean hugeEntry(AddressSpace mm, Vma vma, long at, MigratingFolio folio) {
        int head = folio.head();
        long start = at & -pmds.size();
        long old = pmds.invalidate(mm, start);
        boolean exclusive = isExclusive(head);
        if (exclusive && frames.maybeDmaPinned(head)) {
            pmds.set(mm, start, old);
            return false;
        }
        if (Pte.dirty(old)) {
            frames.markDirty(head);
        }
        frames.clear(head, Frames.ANON_EXCLUSIVE);
        folio.add(new Entry(mm, vma, start, 0, true, old, exclusive));
        frames.removeEntireRmap(head, mm.id());
        frames.put(head);
        return true;
    }

    private boolean isExclusive(int frame) {
        return frames.has(frame, Frames.ANON | Frames.ANON_EXCLUSIVE);
    }

    /** {@code remove_migration_ptes}: {@code to} is the folio's new head, or the old one. */
    void restore(MigratingFolio folio, int to) {
        for (Entry entry : folio.takeEntries()) {
            current.get().lock(LockKind.PTL);
            frames.get(to);
            if (entry.exclusive()) {
                frames.set(to + entry.page(), Frames.ANON_EXCLUSIVE);
            }
            if (entry.huge()) {
                frames.addEntireRmap(to, entry.mm().id());
                pmds.set(entry.mm(), entry.address(), Pte.huge(to, PmdOps.LEVEL, bits(entry, to)));
            } else {
                frames.addRmap(to + entry.page(), entry.mm().id());
                ops.setPte(entry.mm(), entry.address(), Pte.of(to + entry.page(), bits(entry, to)));
            }
            current.get().unlock(LockKind.PTL);
        }
    }

    /** {@code remove_migration_pte}: what the entry of the new page may do. */
    private long bits(Entry entry, int to) {
        long old = entry.old();
        long prot = entry.vma().pageProt() & ~Pte.ACCESSED;
        long pte = prot | (old & (Pte.ACCESSED | Pte.SOFT_DIRTY | Pte.UFFD_WP));
        if (Pte.dirty(old) && frames.isDirty(to)) {
            pte = keepsSoftClean ? pte | Pte.DIRTY : Pte.mkdirty(pte);
        }
        if (Pte.write(old)) {
            return pte | Pte.WRITE;
        }
        return keepsSoftClean ? pte : pte & ~Pte.WRITE;
    }
}
