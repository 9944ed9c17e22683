package io.mmulab.kernel.fault;

import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.swap.SwapReadahead;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code do_swap_page()} of {@code mm/memory.c}, for entries that stand for swap slots. */
final class SwapFault {
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final SwapReadahead readahead;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final Costs costs;
    private final boolean alwaysCached;
    private final boolean readMapsWritable;
    private final int wpResolved;

    SwapFault(KernelVersion version, PageTableOps ops, Frames frames, Lru lru, SwapArea swap, CurrentActor current,
            SimulatedClock clock, Costs costs) {
        this.ops = ops;
        this.frames = frames;
        this.lru = lru;
        this.swap = swap;
        this.readahead = new SwapReadahead(frames, lru, swap);
        this.current = current;
        this.clock = clock;
        this.costs = costs;
        this.alwaysCached = version.has(VersionRule.SWAPIN_THROUGH_CACHE);
        this.readMapsWritable = version.has(VersionRule.SWAPIN_READ_MAPS_WRITABLE);
        this.wpResolved = version.has(VersionRule.WP_FAULT_RETURNS_WRITE) ? VmFault.WRITE : VmFault.OK;
    }

    /** @param orig a swap entry */
    int doSwapPage(FaultHandler handler, AddressSpace mm, Vma vma, long page, long orig, int flags) {
        int slot = Pte.frame(orig);
        int frame = swap.cachedFrame(slot);
        int result = VmFault.OK;
        if (frame == Frames.NO_FRAME) {
            frame = swapIn(mm, vma, page, slot);
            if (frame == Frames.NO_FRAME) {
                return VmFault.OOM;
            }
            result = VmFault.MAJOR;
        } else if (frames.has(frame, Frames.HWPOISON)) {
            return VmFault.HWPOISON;
        } else {
            frames.get(frame);
            if (!alwaysCached) {
                readahead.hit(vma, page, frame);
            }
        }
        boolean write = (flags & FaultFlags.WRITE) != 0;
        if (write && frames.has(frame, Frames.SWAPCACHE) && !lru.isOnLru(frame) && !alwaysCached) {
            lru.drain();
        }
        return map(handler, mm, vma, page, orig, flags, frame) | result;
    }

    /** {@code shmem_swapin_folio}: brings a file's page into memory, or into the swap cache, from where the file takes it. */
    int shmemSwapIn(MappedFile file, long index) {
        int slot = file.swapSlot(index);
        int frame = swap.cachedFrame(slot);
        if (frame != Frames.NO_FRAME) {
            readahead.clusterHit(frame);
            return VmFault.OK;
        }
        clock.advance(costs.copyPage());
        if (!alwaysCached) {
            readahead.cluster(slot);
        }
        return VmFault.MAJOR;
    }

    /** A frame with the slot's content and one reference: in the swap cache, unless nobody else can want it there. */
    private int swapIn(AddressSpace mm, Vma vma, long page, int slot) {
        clock.advance(costs.allocatePage() + costs.copyPage());
        int frame = frames.alloc(Frames.SWAPBACKED | vma.policyFlags());
        if (frame == Frames.NO_FRAME) {
            return frame;
        }
        boolean bypass = !alwaysCached && swap.entries(slot) == 1;
        if (!bypass) {
            swap.addToCache(slot, frame);
        }
        swap.read(slot, frame);
        lru.add(frame);
        if (!bypass && !alwaysCached) {
            readahead.around(mm, vma, page);
        }
        return frame;
    }

    private int map(FaultHandler handler, AddressSpace mm, Vma vma, long page, long orig, int flags, int frame) {
        int slot = Pte.frame(orig);
        boolean write = (flags & FaultFlags.WRITE) != 0;
        boolean ksm = frames.has(frame, Frames.KSM);
        current.get().lock(LockKind.PTL);
        boolean exclusive = !ksm && (!frames.has(frame, Frames.SWAPCACHE) || Pte.swpExclusive(orig));
        swap.free(slot);
        if (frames.has(frame, Frames.SWAPCACHE) && shouldFreeSwap(vma, frame, write)) {
            swap.freeSwap(frame);
        }
        exclusive |= !alwaysCached && !ksm && lru.refcount(frame) == 1;
        mm.addAnonPages(1);
        mm.addSwapEntries(-1);
        long pte = Pte.of(frame, vma.pageProt() | Pte.ACCESSED | (orig & (Pte.SOFT_DIRTY | Pte.UFFD_WP)));
        if (exclusive) {
            pte = upgrade(vma, pte, write);
            frames.set(frame, Frames.ANON_EXCLUSIVE);
        }
        handler.addAnonRmap(mm, vma, page, frame, exclusive);
        ops.setPte(mm, page, pte);
        boolean resolved = !write || Pte.dirty(pte);
        if (!resolved) {
            return handler.doWpPage(mm, vma, page, pte, flags);
        }
        current.get().unlock(LockKind.PTL);
        return write ? wpResolved : VmFault.OK;
    }

    /** {@code should_try_to_free_swap}. */
    private boolean shouldFreeSwap(Vma vma, int frame, boolean write) {
        if (alwaysCached || vma.has(VmFlags.LOCKED) || frames.has(frame, Frames.UNEVICTABLE)) {
            return true;
        }
        return write && !frames.has(frame, Frames.KSM) && lru.refcount(frame) == 1 + frames.pages(frame);
    }

    /** The page is this process's alone: newer releases map it writable even for a read. */
    private long upgrade(Vma vma, long pte, boolean write) {
        if (!readMapsWritable) {
            return write ? withoutUffdWrite(Pte.mkdirty(maybeMkwrite(vma, pte))) : pte;
        }
        boolean uffdWp = vma.has(VmFlags.UFFD_WP) && Pte.uffdWp(pte);
        boolean tracksSoftDirty = ops.tracksSoftDirty() && !vma.has(VmFlags.SOFTDIRTY) && !Pte.softDirty(pte);
        if (!vma.has(VmFlags.WRITE) || uffdWp || tracksSoftDirty) {
            return pte;
        }
        return write ? Pte.mkdirty(pte | Pte.WRITE) : pte | Pte.WRITE;
    }

    private static long withoutUffdWrite(long pte) {
        return Pte.uffdWp(pte) ? pte & ~Pte.WRITE : pte;
    }

    private static long maybeMkwrite(Vma vma, long pte) {
        return vma.has(VmFlags.WRITE) ? pte | Pte.WRITE : pte;
    }
}
