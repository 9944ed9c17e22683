package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.fault.FaultPath;
import io.mmulab.kernel.fault.HugetlbFaults;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code hugetlb_fault()}, {@code hugetlb_no_page()} and {@code hugetlb_wp()} of {@code mm/hugetlb.c}. */
public final class HugetlbFault implements HugetlbFaults {
    private final HugePteOps ops;
    private final HugetlbEntries entries;
    private final HugetlbAllocator allocator;
    private final HugetlbPageTables tables;
    private final HugetlbUnmap unmap;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final FaultHandler faults;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final Costs costs;
    private final boolean forcedWriteStaysReadOnly;
    private FaultPath path = FaultPath.SPURIOUS;

    /** For one machine. */
    HugetlbFault(KernelVersion version, Costs costs, HugePteOps ops, HugetlbAllocator allocator,
            HugetlbPageTables tables, HugetlbUnmap unmap, Frames frames, MmuNotifiers notifiers,
            FaultHandler faults, CurrentActor current, SimulatedClock clock) {
        this.ops = ops;
        this.entries = new HugetlbEntries(ops, frames);
        this.allocator = allocator;
        this.tables = tables;
        this.unmap = unmap;
        this.frames = frames;
        this.notifiers = notifiers;
        this.faults = faults;
        this.current = current;
        this.clock = clock;
        this.costs = costs;
        this.forcedWriteStaysReadOnly = version.has(VersionRule.HUGETLB_FORCED_WRITE);
    }

    @Override
    public FaultPath lastPath() {
        return path;
    }

    @Override
    public int fault(AddressSpace mm, Vma vma, long address, int flags) {
        long size = HugetlbInode.of(vma).pageSize();
        long page = address & -size;
        path = FaultPath.SPURIOUS;
        tables.allocate(mm, vma, page);
        long pte = ops.get(mm, page, size);
        if (pte == Pte.NONE || Pte.isMarker(pte)) {
            return Pte.isMarker(pte, Pte.MARKER_POISONED) ? VmFault.HWPOISON_LARGE : noPage(mm, vma, page, pte, flags);
        }
        if (!Pte.present(pte)) {
            return Pte.kind(pte) == Pte.HWPOISON ? VmFault.HWPOISON_LARGE : VmFault.OK;
        }
        current.get().lock(LockKind.PTL);
        int result = present(mm, vma, page, size, pte, flags);
        current.get().unlock(LockKind.PTL);
        if (result == VmFault.OK && path != FaultPath.SPURIOUS) {
            faults.upgraded(mm, page, size, Cause.HUGETLB_FAULT);
        }
        return result;
    }

    private int present(AddressSpace mm, Vma vma, long page, long size, long pte, int flags) {
        boolean write = (flags & FaultFlags.WRITE) != 0;
        if ((flags & (FaultFlags.WRITE | FaultFlags.UNSHARE)) != 0 && !Pte.write(pte)) {
            return wp(mm, vma, page, pte, flags);
        }
        long entry = Pte.mkyoung(write ? Pte.mkdirty(pte) : pte);
        path = ops.setAccessFlags(mm, page, size, entry, write) ? FaultPath.SET_ACCESS_FLAGS : FaultPath.SPURIOUS;
        return VmFault.OK;
    }

    // --- no page ---

    private int noPage(AddressSpace mm, Vma vma, long page, long marker, int flags) {
        path = FaultPath.HUGETLB_NO_PAGE;
        if (VmaReservation.of(vma).unmapped()) {
            return VmFault.SIGBUS;
        }
        HugetlbInode inode = HugetlbInode.of(vma);
        int cached = inode.cached(inode.offset(vma, page));
        if (cached != Frames.NO_FRAME) {
            if (frames.has(cached, Frames.HWPOISON)) {
                return VmFault.HWPOISON_LARGE;
            }
            frames.get(cached);
            return map(mm, vma, page, cached, false, marker, flags);
        }
        if (inode.offset(vma, page) >= sizeOf(vma, inode)) {
            return VmFault.SIGBUS;
        }
        boolean anonymous = !vma.has(VmFlags.MAYSHARE);
        if (anonymous) {
            faults.anonVmaPrepare(mm, vma);
        }
        HugeFolio folio = allocator.alloc(vma, page, false);
        if (folio == null) {
            return VmFault.SIGBUS;
        }
        clock.advance(costs.allocatePage());
        frames.zero(folio.head);
        if (anonymous) {
            entries.markAnon(folio, vma, page);
        } else {
            inode.addToCache(folio, vma.file(), inode.offset(vma, page));
        }
        return map(mm, vma, page, folio.head, anonymous, marker, flags);
    }

    private static long sizeOf(Vma vma, HugetlbInode inode) {
        return vma.file() == null ? 0 : vma.file().pages() >> inode.hstate().order();
    }

    private int map(AddressSpace mm, Vma vma, long page, int head, boolean anonymous, long marker, int flags) {
        long size = HugetlbInode.of(vma).pageSize();
        current.get().lock(LockKind.PTL);
        frames.addEntireRmap(head);
        long pte = entries.make(vma, head, vma.has(VmFlags.SHARED) && vma.has(VmFlags.WRITE));
        if (Pte.isMarker(marker, Pte.MARKER_UFFD_WP)) {
            pte = Pte.mkuffdWp(pte);
        }
        ops.set(mm, page, size, pte);
        mm.addHugetlbPages(frames.pages(head));
        int result = VmFault.OK;
        if ((flags & FaultFlags.WRITE) != 0 && !vma.has(VmFlags.SHARED)) {
            result = wp(mm, vma, page, pte, flags);
            path = anonymous ? FaultPath.HUGETLB_NO_PAGE : path;
        }
        current.get().unlock(LockKind.PTL);
        return result;
    }

    // --- write protection ---

    /** {@code hugetlb_wp}: entered and left with the page-table lock held. */
    private int wp(AddressSpace mm, Vma vma, long page, long pte, int flags) {
        boolean unshare = (flags & FaultFlags.UNSHARE) != 0;
        if (!unshare && Pte.uffdWp(pte)) {
            return VmFault.OK;
        }
        if (!unshare && !vma.has(VmFlags.WRITE) && !forcedWriteStaysReadOnly) {
            return VmFault.SIGSEGV;
        }
        if (vma.has(VmFlags.MAYSHARE)) {
            path = FaultPath.HUGETLB_WP_SHARED;
            setWritable(mm, vma, page, pte);
            return VmFault.OK;
        }
        return wpPrivate(mm, vma, page, pte, unshare);
    }

    private int wpPrivate(AddressSpace mm, Vma vma, long page, long pte, boolean unshare) {
        int old = Pte.frame(pte);
        while (true) {
            if (frames.mapcount(old) == 1 && frames.has(old, Frames.ANON)) {
                path = FaultPath.HUGETLB_WP_REUSE;
                if (!frames.has(old, Frames.ANON_EXCLUSIVE)) {
                    entries.moveAnonRmap(old, vma, page);
                    frames.set(old, Frames.ANON_EXCLUSIVE);
                }
                if (!unshare) {
                    setWritable(mm, vma, page, pte);
                }
                return VmFault.OK;
            }
            path = FaultPath.HUGETLB_WP_COPY;
            boolean cowFromOwner = VmaReservation.of(vma).owner() && frames.has(old, Frames.ANON);
            current.get().unlock(LockKind.PTL);
            HugeFolio folio = allocator.alloc(vma, page, cowFromOwner);
            if (folio != null) {
                copy(mm, vma, page, pte, folio, !unshare);
                current.get().lock(LockKind.PTL);
                return VmFault.OK;
            }
            if (cowFromOwner) {
                unmap.unmapRefPrivate(vma, page, old);
            }
            current.get().lock(LockKind.PTL);
            if (!cowFromOwner) {
                return VmFault.SIGBUS;
            }
        }
    }

    /** {@code set_huge_ptep_maybe_writable}: a forced write into a mapping without write rights leaves the entry. */
    private void setWritable(AddressSpace mm, Vma vma, long page, long pte) {
        if (vma.has(VmFlags.WRITE)) {
            ops.setAccessFlags(mm, page, HugetlbInode.of(vma).pageSize(), ops.mkwriteDirty(pte), true);
        }
    }

    private void copy(AddressSpace mm, Vma vma, long page, long pte, HugeFolio folio, boolean writable) {
        long size = HugetlbInode.of(vma).pageSize();
        int old = Pte.frame(pte);
        faults.anonVmaPrepare(mm, vma);
        clock.advance(costs.allocatePage() + costs.copyPage());
        frames.copy(old, folio.head);
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, page, page + size,
                Cause.HUGETLB_WP);
        current.get().lock(LockKind.PTL);
        ops.clearFlushNotify(mm, page, size);
        frames.removeEntireRmap(old);
        entries.markAnon(folio, vma, page);
        frames.addEntireRmap(folio.head);
        long copied = entries.make(vma, folio.head, writable && vma.has(VmFlags.WRITE));
        ops.set(mm, page, size, Pte.uffdWp(pte) ? Pte.mkuffdWp(copied) : copied);
        current.get().unlock(LockKind.PTL);
        notifiers.rangeEnd(window);
        frames.put(old);
    }
}
