package io.mmulab.kernel.migrate;

import java.util.Objects;

import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.gup.Foll;
import io.mmulab.kernel.gup.GetUserPages;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code make_device_exclusive()} of {@code mm/rmap.c}: a device takes a page for itself, so that its atomic operations are; and
 * the way back, when a CPU wants the page.
 */
public final class DeviceExclusive {
    private static final long KEPT = Pte.SOFT_DIRTY | Pte.UFFD_WP;

    private final Migration.Parts p;
    private final Frames frames;
    private final boolean oneEntry;

    DeviceExclusive(Migration.Parts parts) {
        this.p = parts;
        this.frames = parts.frames();
        this.oneEntry = parts.version().has(VersionRule.DEVICE_EXCLUSIVE_KEEPS_RMAP);
    }

    /**
     * Takes the page of an address; whoever mapped it has an exclusive entry now, and faults. The caller holds mmap_lock, and puts
     * the reference.
     *
     * @param owner the device, which need not be told
     * @return the frame, {@link Frames#NO_FRAME} if the page cannot be had, or a negative errno
     */
    public int make(GetUserPages gup, AddressSpace mm, long address, int owner) {
        int frame = gup.locked(mm, address, Foll.WRITE | Foll.REMOTE);
        if (frame <= 0) {
            return frame;
        }
        boolean taken = frames.has(frame, Frames.ANON) && frames.order(frame) == 0
                && (oneEntry ? takeOne(mm, address, frame, owner) : takeAll(mm, address, frame, owner));
        if (!taken) {
            frames.put(frame);
            return Frames.NO_FRAME;
        }
        return frame;
    }

    /** {@code page_make_device_exclusive_one} on each mapping: what replaces an entry is no mapping any more. */
    private boolean takeAll(AddressSpace mm, long address, int frame, int owner) {
        boolean[] valid = new boolean[1];
        p.rmap().walk(frame, (space, vma, at) -> {
            MmuNotifierRange window = p.notifiers().rangeStart(space.subscriptions(), EventType.EXCLUSIVE, at,
                    Math.min(vma.end(), at + space.pageSize()), owner, Cause.MAKE_DEVICE_EXCLUSIVE);
            long pte = p.ops().get(space, at);
            if (Rmap.maps(pte, frame)) {
                valid[0] |= space == mm && at == address && Pte.write(pte);
                replace(space, at, 0);
                frames.removeRmap(frame, space.id());
            }
            p.notifiers().rangeEnd(window);
            return frames.mapcount(frame) > 0;
        });
        return valid[0] && frames.mapcount(frame) == 0;
    }

    /** Newer releases: a page that may be written anonymously is mapped once, and stays counted as mapped. */
    private boolean takeOne(AddressSpace mm, long address, int frame, int owner) {
        MmuNotifierRange window = p.notifiers().rangeStart(mm.subscriptions(), EventType.EXCLUSIVE, address,
                address + mm.pageSize(), owner, Cause.MAKE_DEVICE_EXCLUSIVE);
        long pte = p.ops().get(mm, address);
        boolean same = Rmap.maps(pte, frame) && Pte.write(pte);
        if (same) {
            replace(mm, address, Pte.SWP_MAPPED);
        }
        p.notifiers().rangeEnd(window);
        return same;
    }

    private void replace(AddressSpace mm, long at, long mapped) {
        p.current().get().lock(LockKind.PTL);
        long old = p.ops().clearFlush(mm, at);
        if (Pte.dirty(old)) {
            frames.markDirty(Pte.frame(old));
        }
        p.ops().setPte(mm, at,
                Pte.of(Pte.frame(old), Pte.DEVICE_EXCLUSIVE | mapped | (old & (KEPT | Pte.WRITE))));
        p.current().get().unlock(LockKind.PTL);
    }

    /** {@code remove_device_exclusive_entry}: in a window that no device may ignore. */
    void remove(AddressSpace mm, Vma vma, long page, long pte) {
        MmuNotifierRange window = p.notifiers().rangeStart(mm.subscriptions(),
                oneEntry ? EventType.CLEAR : EventType.EXCLUSIVE, page, page + mm.pageSize(),
                Cause.REMOVE_DEVICE_EXCLUSIVE_ENTRY);
        p.current().get().lock(LockKind.PTL);
        restore(mm, vma, page, pte);
        p.current().get().unlock(LockKind.PTL);
        p.notifiers().rangeEnd(window);
    }

    /** {@code restore_exclusive_pte}: nothing was present, so that no flush is needed. */
    void restore(AddressSpace mm, Vma vma, long page, long orig) {
        int frame = Pte.frame(orig);
        long pte = Pte.of(frame, (vma.pageProt() & ~Pte.ACCESSED) | (orig & KEPT));
        if ((orig & Pte.SWP_MAPPED) == 0) {
            Objects.requireNonNull(frames.mapping(frame));
            frames.addRmap(frame, mm.id());
            boolean writable = Pte.write(orig) && !Pte.uffdWp(orig);
            pte = writable ? Pte.mkdirty(pte) | (vma.has(VmFlags.WRITE) ? Pte.WRITE : 0) : pte;
        } else if (vma.has(VmFlags.WRITE) && frames.has(frame, Frames.ANON_EXCLUSIVE) && !Pte.uffdWp(orig)) {
            pte = (frames.isDirty(frame) ? Pte.mkdirty(pte) : pte) | Pte.WRITE;
        }
        p.ops().setPte(mm, page, pte);
    }
}
