package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code migrate_vma_setup()}, {@code _pages()} and {@code _finalize()} of {@code mm/migrate_device.c}, with what drivers do in
 * between: moves pages of an address range to a device's memory, or from there. Only single pages move; a huge page stays.
 */
public final class MigrateVma {
    private final MigrateCollect collect;
    private final TryToMigrate unmap;
    private final MoveFolio mover;
    private final DeviceMemory memory;
    private final Frames frames;
    private final Migration.Parts p;

    MigrateVma(Migration.Parts parts, MigrationEntries entries, TryToMigrate unmap, MoveFolio mover,
            DeviceMemory memory) {
        this.p = parts;
        this.frames = parts.frames();
        this.unmap = unmap;
        this.mover = mover;
        this.memory = memory;
        this.collect = new MigrateCollect(parts, entries);
    }

    /** Hears of each page that has moved to the device, which may map it now. */
    @FunctionalInterface
    public interface Moved {
        /** The page of an address is in this frame. */
        void page(long address, int frame, boolean writable);
    }

    /**
     * Moves what a VMA has in {@code [start, end)} to a device's memory; the caller holds mmap_lock. Holes of anonymous memory
     * become pages of the device too.
     *
     * @return 0 or -EINVAL
     */
    public int toDevice(AddressSpace mm, Vma vma, long start, long end, int device, Moved moved) {
        if (vma.has(VmFlags.HUGETLB | VmFlags.SPECIAL)) {
            return (int) Errno.EINVAL.returned();
        }
        List<DevicePage> pages = unmapAll(collect.collect(mm, vma, start, end, device, false));
        MmuNotifierRange window = null;
        for (DevicePage page : pages) {
            MigratingFolio folio = page.folio();
            if (folio == null) {
                if (window == null) {
                    window = p.notifiers().rangeStart(mm.subscriptions(), EventType.MIGRATE, page.address(), end,
                            device,
                            Cause.MIGRATE_VMA_PAGES);
                }
                insert(mm, vma, page, device, moved);
            } else if (canLiveOnDevice(folio.head()) && move(folio, memory.allocate(device))) {
                moved.page(page.address(), folio.target(), page.writable());
            }
        }
        if (window != null) {
            p.notifiers().rangeEnd(window);
        }
        finish(pages);
        return 0;
    }

    /**
     * Brings the pages of a device's memory that a VMA has in {@code [start, end)} back; the caller holds mmap_lock.
     *
     * @return pages that came back, or -EINVAL
     */
    public int toSystem(AddressSpace mm, Vma vma, long start, long end, int device) {
        if (vma.has(VmFlags.HUGETLB | VmFlags.SPECIAL)) {
            return (int) Errno.EINVAL.returned();
        }
        List<DevicePage> pages = unmapAll(collect.collect(mm, vma, start, end, device, true));
        int back = 0;
        for (DevicePage page : pages) {
            memory.leaves(device, mm, page.address());
            MigratingFolio folio = page.folio();
            back += folio != null && move(folio, frames.alloc(0)) ? 1 : 0;
        }
        finish(pages);
        return back;
    }

    /** {@code migrate_device_range} of all that a device has: nobody maps its memory afterwards. */
    public void evict(int device) {
        for (int frame = Frames.ZERO_PAGE + 1; frame < frames.highest(); frame++) {
            if (frames.deviceOwner(frame) == device && frames.refcount(frame) > 0) {
                frames.get(frame);
                MigratingFolio folio = new MigratingFolio(frame);
                unmap.unmap(folio, false);
                folio.forEach(entry -> memory.leaves(device, entry.mm(), entry.address()));
                move(folio, frames.alloc(0));
                finish(List.of(new DevicePage(0, folio, false)));
            }
        }
    }

    /** {@code migrate_device_unmap}: what others map too, or have a reference to, is put back. */
    private List<DevicePage> unmapAll(List<DevicePage> collected) {
        if (!collected.isEmpty()) {
            p.lru().drain();
        }
        List<DevicePage> free = new ArrayList<>();
        for (DevicePage page : collected) {
            MigratingFolio folio = page.folio();
            if (folio == null || isFree(folio)) {
                free.add(page);
            } else {
                unmap.restore(folio, folio.head());
                frames.put(folio.head());
            }
        }
        return free;
    }

    /** {@code migrate_vma_check_page}. */
    private boolean isFree(MigratingFolio folio) {
        int frame = folio.head();
        boolean unmapped = frames.folioMapcount(frame) == 0 || unmap.unmap(folio, false);
        boolean cached = frames.has(frame, Frames.SWAPCACHE) || frames.mapping(frame) instanceof MappedFile;
        return unmapped && p.lru().refcount(frame) == (cached ? 2 : 1);
    }

    private boolean canLiveOnDevice(int frame) {
        if (frames.has(frame, Frames.SWAPCACHE)) {
            p.swap().freeSwap(frame);
        }
        return frames.has(frame, Frames.ANON) && !frames.has(frame, Frames.SWAPCACHE);
    }

    /** {@code folio_migrate_mapping}, {@code folio_migrate_flags}: whether the page is in its new place. */
    private boolean move(MigratingFolio folio, int to) {
        if (to == Frames.NO_FRAME) {
            return false;
        }
        if (!mover.move(folio.head(), to)) {
            frames.put(to);
            return false;
        }
        folio.setTarget(to);
        return true;
    }

    /** {@code migrate_vma_finalize}: entries of the new pages, or of the old ones. */
    private void finish(List<DevicePage> pages) {
        for (DevicePage page : pages) {
            MigratingFolio folio = page.folio();
            if (folio == null) {
                continue;
            }
            boolean moved = folio.target() != Frames.NO_FRAME;
            unmap.restore(folio, moved ? folio.target() : folio.head());
            if (moved) {
                if (!frames.has(folio.target(), Frames.DEVICE)) {
                    p.lru().add(folio.target());
                }
                frames.put(folio.target());
            }
            frames.put(folio.head());
        }
    }

    /** {@code migrate_vma_insert_page}: a page of zeroes where nothing was, or where the page of zeroes was. */
    private void insert(AddressSpace mm, Vma vma, DevicePage page, int device, Moved moved) {
        int frame = mm.isUnstable() || vma.has(VmFlags.UFFD_MISSING) ? Frames.NO_FRAME : memory.allocate(device);
        if (frame == Frames.NO_FRAME) {
            return;
        }
        AnonVma.prepare(vma, mm.merge());
        p.current().get().lock(LockKind.PTL);
        if (Pte.present(p.ops().get(mm, page.address()))) {
            p.ops().clearFlush(mm, page.address());
        }
        mm.addAnonPages(1);
        frames.addRmap(frame, mm.id());
        frames.set(frame, Frames.ANON | Frames.ANON_EXCLUSIVE);
        frames.setMapping(frame, vma.anonVma(), vma.pageIndex(page.address()));
        p.ops().setPte(mm, page.address(), Pte.of(frame, Pte.DEVICE_PRIVATE | (page.writable() ? Pte.WRITE : 0)));
        p.current().get().unlock(LockKind.PTL);
        moved.page(page.address(), frame, page.writable());
    }
}
