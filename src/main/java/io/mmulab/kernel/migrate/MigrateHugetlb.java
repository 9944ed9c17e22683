package io.mmulab.kernel.migrate;

import io.mmulab.kernel.hugetlb.HugetlbMigration;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.migrate.MigratingFolio.Entry;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.vma.Vma;

/** {@code unmap_and_move_huge_page()}: a page of hugetlb is unmapped, moved and mapped again before the next one is. */
final class MigrateHugetlb {
    private final MigrationEntries entries;
    private final HugetlbMigration hugetlb;
    private final Rmap rmap;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;

    /** What became of a page. */
    enum Result {
        /** It is in its new place. */
        MOVED,
        /** Somebody uses it: try again (EAGAIN). */
        BUSY,
        /** It can't be moved (EBUSY). */
        REFUSED,
        /** There is no place for it (ENOMEM). */
        NO_MEMORY
    }

    MigrateHugetlb(MigrationEntries entries, HugetlbMigration hugetlb, Rmap rmap, Frames frames, MmuNotifiers notifiers,
            CurrentActor current) {
        this.entries = entries;
        this.hugetlb = hugetlb;
        this.rmap = rmap;
        this.frames = frames;
        this.notifiers = notifiers;
        this.current = current;
    }

    /** Moves a page to a memory node; its isolation's reference is dropped if that worked. */
    Result move(MigratingFolio folio, int node) {
        int head = folio.head();
        int target = hugetlb.allocate(head, node);
        if (target == Frames.NO_FRAME) {
            return Result.NO_MEMORY;
        }
        if (hugetlb.staysForItsMount(head)) {
            frames.put(target);
            return Result.REFUSED;
        }
        unmap(folio);
        boolean moved = frames.mapcount(head) == 0 && hugetlb.move(head, target);
        restore(folio, moved ? target : head);
        if (moved) {
            hugetlb.moved(head, target);
            frames.put(head);
        }
        frames.put(target);
        return moved ? Result.MOVED : Result.BUSY;
    }

    /** {@code try_to_migrate}. */
    private void unmap(MigratingFolio folio) {
        if (frames.mapcount(folio.head()) > 0) {
            rmap.walkFolio(folio.head(), (mm, vma, page) -> one(mm, vma, page, folio)
                    && frames.mapcount(folio.head()) > 0);
        }
    }

    /** {@code try_to_migrate_one}: whether to go on. */
    private boolean one(AddressSpace mm, Vma vma, long page, MigratingFolio folio) {
        long size = hugetlb.pageSize(vma);
        MmuNotifierRange window = hugetlb.rangeStart(mm, vma, page);
        boolean done = true;
        if (hugetlb.ops().exists(mm, page, size)
                && Rmap.mapsFolio(frames, hugetlb.ops().get(mm, page, size), folio.head())) {
            current.get().lock(LockKind.PTL);
            done = entry(mm, vma, page, folio, window);
            current.get().unlock(LockKind.PTL);
        }
        notifiers.rangeEnd(window);
        return done;
    }

    private boolean entry(AddressSpace mm, Vma vma, long page, MigratingFolio folio, MmuNotifierRange window) {
        int head = folio.head();
        long size = hugetlb.pageSize(vma);
        if (!frames.has(head, Frames.ANON) && hugetlb.leaveSharedTable(mm, vma, page, window)) {
            return true;
        }
        long old = hugetlb.ops().clearFlush(mm, page, size);
        if (Pte.dirty(old)) {
            frames.markDirty(head);
        }
        boolean exclusive = entries.isExclusive(head);
        if (exclusive && frames.maybeDmaPinned(head)) {
            hugetlb.ops().set(mm, page, size, old);
            return false;
        }
        frames.clear(head, Frames.ANON_EXCLUSIVE);
        hugetlb.ops().set(mm, page, size, entries.make(old, exclusive));
        folio.add(new Entry(mm, vma, page, 0, true, old, exclusive));
        frames.removeEntireRmap(head);
        frames.put(head);
        return true;
    }

    /** {@code remove_migration_ptes}. */
    private void restore(MigratingFolio folio, int to) {
        for (Entry entry : folio.takeEntries()) {
            long size = hugetlb.pageSize(entry.vma());
            current.get().lock(LockKind.PTL);
            frames.get(to);
            frames.addEntireRmap(to);
            if (entry.exclusive()) {
                frames.set(to, Frames.ANON_EXCLUSIVE);
            }
            hugetlb.ops().set(entry.mm(), entry.address(), size,
                    hugetlb.ops().make(to, size, entries.bits(entry, to)));
            current.get().unlock(LockKind.PTL);
        }
    }
}
