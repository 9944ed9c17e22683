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
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.thp.ThpPurpose;
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
    private final ThpOrders orders;
    private final boolean largeFolios;

    SwapFault(KernelVersion version, PageTableOps ops, ThpOrders orders, Frames frames, Lru lru, SwapArea swap,
            CurrentActor current,
            SimulatedClock clock, Costs costs) {
        this.ops = ops;
        this.orders = orders;
        this.largeFolios = version.has(VersionRule.SWAPIN_LARGE_FOLIOS);
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
            frame = swapIn(mm, vma, page, orig);
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
    private int swapIn(AddressSpace mm, Vma vma, long page, long orig) {
        int slot = Pte.frame(orig);
        boolean bypass = !alwaysCached && swap.entries(slot) == 1;
        clock.advance(costs.allocatePage() + costs.copyPage());
        int order = largeFolios && (bypass || alwaysCached) ? order(mm, vma, page, orig) : 0;
        int head = order == 0 ? Frames.NO_FRAME : frames.alloc(order, Frames.SWAPBACKED | vma.policyFlags());
        int nr = head == Frames.NO_FRAME ? 1 : 1 << order;
        head = nr == 1 ? frames.alloc(Frames.SWAPBACKED | vma.policyFlags()) : head;
        if (head == Frames.NO_FRAME) {
            return head;
        }
        int first = slot & -nr;
        for (int i = 0; i < nr; i++) {
            if (!bypass) {
                swap.addToCache(first + i, head + i);
            }
            swap.read(first + i, head + i);
        }
        if (nr > 1) {
            lru.addLarge();
            return head + slot - first;
        }
        lru.add(head);
        if (!bypass && !alwaysCached) {
            readahead.around(mm, vma, page);
        }
        return head;
    }

    /** {@code alloc_swap_folio}, {@code thp_swapin_suitable_orders}: what was swapped out together comes back together. */
    private int order(AddressSpace mm, Vma vma, long page, long orig) {
        if (!orders.anyBelowPmd() || vma.has(VmFlags.UFFD)) {
            return 0;
        }
        int left = ThpOrders.suitableOrders(mm, vma, page,
                orders.allowable(mm, vma, ThpPurpose.PAGE_FAULT, orders.pmdPages() - 1));
        while (left != 0) {
            int order = 31 - Integer.numberOfLeadingZeros(left);
            int nr = 1 << order;
            int idx = (int) (page / mm.pageSize()) & (nr - 1);
            boolean aligned = (Pte.frame(orig) & (nr - 1)) == idx;
            if (aligned && isRun(mm, page - idx * mm.pageSize(), Pte.advance(orig, -idx), nr)
                    && isUncached(Pte.frame(orig) - idx, nr)) {
                return order;
            }
            left &= ~nr;
        }
        return 0;
    }

    /** {@code swap_pte_batch}: entries for consecutive slots, alike otherwise. */
    private boolean isRun(AddressSpace mm, long start, long first, int nr) {
        for (int i = 0; i < nr; i++) {
            if (ops.get(mm, start + i * mm.pageSize()) != Pte.advance(first, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isUncached(int first, int nr) {
        for (int slot = first; slot < first + nr; slot++) {
            if (swap.cachedFrame(slot) != Frames.NO_FRAME) {
                return false;
            }
        }
        return true;
    }

    /** Pages of a folio in the swap cache that this fault can map: all or one. */
    private int mappable(AddressSpace mm, Vma vma, long page, long orig, int frame) {
        int nr = frames.pages(frame);
        if (nr == 1) {
            return 1;
        }
        int idx = frame - frames.head(frame);
        long start = page - idx * mm.pageSize();
        long end = start + nr * mm.pageSize();
        long table = 1L << mm.pageTable().levelShift(1);
        boolean fits = start >= vma.start() && end <= vma.end() && (start & -table) == ((end - 1) & -table);
        return fits && isRun(mm, start, Pte.advance(orig, -idx), nr) ? nr : 1;
    }

    private int map(FaultHandler handler, AddressSpace mm, Vma vma, long page, long orig, int flags, int frame) {
        boolean write = (flags & FaultFlags.WRITE) != 0;
        boolean ksm = frames.has(frame, Frames.KSM);
        current.get().lock(LockKind.PTL);
        int nr = mappable(mm, vma, page, orig, frame);
        int idx = nr == 1 ? 0 : frame - frames.head(frame);
        int first = frame - idx;
        boolean exclusive = !ksm && (!frames.has(frame, Frames.SWAPCACHE) || Pte.swpExclusive(orig));
        for (int i = 0; i < nr; i++) {
            swap.free(Pte.frame(orig) - idx + i);
        }
        if (frames.has(frame, Frames.SWAPCACHE) && shouldFreeSwap(vma, frame, write)) {
            swap.freeSwap(frame);
        }
        exclusive |= !alwaysCached && !ksm && lru.refcount(frame) == 1;
        mm.addAnonPages(nr);
        mm.addSwapEntries(-nr);
        long pte = Pte.of(first, vma.pageProt() | Pte.ACCESSED | (orig & (Pte.SOFT_DIRTY | Pte.UFFD_WP)));
        if (exclusive) {
            pte = upgrade(vma, pte, write);
        }
        addRmaps(handler, mm, vma, page - idx * mm.pageSize(), first, nr, exclusive);
        ops.setPtes(mm, page - idx * mm.pageSize(), pte, nr);
        boolean resolved = !write || Pte.dirty(pte);
        if (!resolved) {
            return handler.doWpPage(mm, vma, page, Pte.advance(pte, idx), flags);
        }
        current.get().unlock(LockKind.PTL);
        return write ? wpResolved : VmFault.OK;
    }

    private void addRmaps(FaultHandler handler, AddressSpace mm, Vma vma, long start, int first, int nr,
            boolean exclusive) {
        frames.get(first, nr - 1);
        for (int i = 0; i < nr; i++) {
            if (exclusive) {
                frames.set(first + i, Frames.ANON_EXCLUSIVE);
            }
            handler.addAnonRmap(mm, vma, start + i * mm.pageSize(), first + i, exclusive);
        }
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
