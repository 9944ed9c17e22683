package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.migrate.MigratingFolio.Entry;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code migrate_vma_collect()}: looks for what can move in a range, in one MIGRATE window, and puts migration entries in its
 * place.
 */
final class MigrateCollect {
    private final Migration.Parts p;
    private final MigrationEntries entries;

    MigrateCollect(Migration.Parts parts, MigrationEntries entries) {
        this.p = parts;
        this.entries = entries;
    }

    /**
     * What a VMA has in {@code [start, end)}.
     *
     * @param device the owner of the window
     * @param fromDevice {@code MIGRATE_VMA_SELECT_DEVICE_PRIVATE}: the pages in that device's memory; else those of the system,
     *        and holes
     */
    List<DevicePage> collect(AddressSpace mm, Vma vma, long start, long end, int device, boolean fromDevice) {
        List<DevicePage> found = new ArrayList<>();
        MmuNotifierRange window = p.notifiers().rangeStart(mm.subscriptions(), EventType.MIGRATE, start, end, device,
                Cause.MIGRATE_VMA_COLLECT);
        long span = p.pmds().size();
        for (long at = start; at < end; at = (at & -span) + span) {
            table(mm, vma, at, Math.min(end, (at & -span) + span), fromDevice ? device : 0, found);
        }
        p.notifiers().rangeEnd(window);
        return found;
    }

    /** {@code migrate_vma_collect_pmd}: flushes once if anything was taken away. */
    private void table(AddressSpace mm, Vma vma, long start, long end, int device, List<DevicePage> found) {
        boolean unmapped = false;
        p.current().get().lock(LockKind.PTL);
        for (long at = start; at < end; at += mm.pageSize()) {
            long pte = p.ops().get(mm, at);
            if (device != 0) {
                if (Pte.isDevicePrivate(pte) && p.frames().deviceOwner(Pte.frame(pte)) == device) {
                    found.add(take(mm, vma, at, pte));
                }
            } else if (isHole(vma, pte)) {
                found.add(new DevicePage(at, null, vma.has(VmFlags.WRITE)));
            } else if (canMove(pte)) {
                found.add(take(mm, vma, at, pte));
                unmapped = true;
            }
        }
        if (unmapped) {
            p.tlb().range(mm, start, end, p.architecture().pageShift(), Cause.MIGRATE_VMA_COLLECT);
        }
        p.current().get().unlock(LockKind.PTL);
    }

    /** Nothing, or the page of zeroes; only anonymous memory is populated. */
    private static boolean isHole(Vma vma, long pte) {
        boolean zero = Pte.present(pte) && !Pte.isHuge(pte) && Pte.frame(pte) == Frames.ZERO_PAGE;
        return vma.isAnonymous() && (pte == Pte.NONE || zero);
    }

    /** A single page that nobody has pinned. */
    private boolean canMove(long pte) {
        if (!Pte.present(pte) || Pte.special(pte) || Pte.isHuge(pte)) {
            return false;
        }
        int frame = Pte.frame(pte);
        boolean pinned = entries.isExclusive(frame) && p.frames().maybeDmaPinned(frame);
        return p.frames().order(frame) == 0 && p.frames().mapping(frame) != null && !pinned;
    }

    private DevicePage take(AddressSpace mm, Vma vma, long at, long pte) {
        int frame = Pte.frame(pte);
        boolean exclusive = entries.isExclusive(frame);
        p.frames().get(frame);
        long old = exclusive ? p.ops().clearFlush(mm, at) : p.ops().getAndClear(mm, at);
        if (Pte.present(old) && Pte.dirty(old)) {
            p.frames().markDirty(frame);
        }
        p.frames().clear(frame, Frames.ANON_EXCLUSIVE);
        p.ops().setPte(mm, at, entries.make(old, exclusive));
        p.frames().removeRmap(frame, mm.id());
        p.frames().put(frame);
        MigratingFolio folio = new MigratingFolio(frame);
        folio.add(new Entry(mm, vma, at, 0, false, old, exclusive));
        return new DevicePage(at, folio, Pte.write(old));
    }
}
