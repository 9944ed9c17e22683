package io.mmulab.kernel.fault;

import io.mmulab.kernel.arch.Costs;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * Faults that one huge PMD answers: {@code create_huge_pmd()}, {@code wp_huge_pmd()} and what they call in
 * {@code mm/huge_memory.c}. A result with {@link VmFault#FALLBACK} means that the fault goes on at the PTE level.
 */
final class HugePmdFault {
    private final int pages;
    private final PmdOps pmds;
    private final SplitHugePmd split;
    private final ThpOrders orders;
    private final Frames frames;
    private final Lru lru;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final Costs costs;
    private final int wpResolved;
    private final boolean zeroWriteAllocates;
    private FaultPath path = FaultPath.HUGE_ANONYMOUS_PAGE;

    HugePmdFault(KernelVersion version, PmdOps pmds, SplitHugePmd split, ThpOrders orders, Frames frames, Lru lru,
            MmuNotifiers notifiers, CurrentActor current, SimulatedClock clock, Costs costs) {
        this.pages = pmds.pages();
        this.pmds = pmds;
        this.split = split;
        this.orders = orders;
        this.frames = frames;
        this.lru = lru;
        this.notifiers = notifiers;
        this.current = current;
        this.clock = clock;
        this.costs = costs;
        this.wpResolved = version.has(VersionRule.WP_FAULT_RETURNS_WRITE) ? VmFault.WRITE : VmFault.OK;
        this.zeroWriteAllocates = version.has(VersionRule.HUGE_ZERO_WRITE_ALLOCATES);
    }

    /** The path that the last fault took, if it did not fall back. */
    FaultPath lastPath() {
        return path;
    }

    /** Whether a huge leaf is at the address, or may come there; costs next to nothing where no huge pages are enabled. */
    boolean concerns(AddressSpace mm, Vma vma, long page, long pte) {
        return Pte.isHuge(pte)
                || (pte == Pte.NONE && orders.allowsPmdFault(mm, vma) && pmds.get(mm, page) == Pte.NONE);
    }

    /** The part of {@code __handle_mm_fault} that looks at the PMD. */
    int handle(FaultHandler handler, AddressSpace mm, Vma vma, long page, int flags) {
        long pmd = pmds.get(mm, page);
        boolean write = (flags & FaultFlags.WRITE) != 0;
        if (pmd == Pte.NONE) {
            return doHugePmdAnonymousPage(handler, mm, vma, page, flags);
        }
        if (!Pte.present(pmd)) {
            path = FaultPath.SPURIOUS;
            return VmFault.OK;
        }
        if ((flags & (FaultFlags.WRITE | FaultFlags.UNSHARE)) != 0 && !Pte.write(pmd)) {
            path = FaultPath.HUGE_WP;
            return wpHugePmd(handler, mm, vma, page, pmd, flags);
        }
        boolean changed = setAccessed(mm, page, pmd, write);
        path = changed ? FaultPath.SET_ACCESS_FLAGS : FaultPath.SPURIOUS;
        if (!changed && write) {
            pmds.fixSpuriousFault(mm, page);
        }
        return VmFault.OK;
    }

    /** {@code do_huge_pmd_anonymous_page}: a huge page, or for a read the huge page of zeroes. */
    private int doHugePmdAnonymousPage(FaultHandler handler, AddressSpace mm, Vma vma, long address, int flags) {
        if (!ThpOrders.suitable(mm, vma, address, pmds.order())) {
            return VmFault.FALLBACK;
        }
        path = FaultPath.HUGE_ANONYMOUS_PAGE;
        handler.anonVmaPrepare(mm, vma);
        boolean zeroPage = (flags & FaultFlags.WRITE) == 0;
        int head = zeroPage ? frames.hugeZeroPage() : alloc(vma);
        if (head == Frames.NO_FRAME) {
            return VmFault.FALLBACK;
        }
        if (vma.has(VmFlags.UFFD_MISSING)) {
            if (!zeroPage) {
                frames.put(head);
            }
            path = FaultPath.USERFAULT;
            return handler.userfault(mm, vma, address, flags, VmFlags.UFFD_MISSING);
        }
        long start = address & -pmds.size();
        current.get().lock(LockKind.PTL);
        if (zeroPage) {
            pmds.set(mm, start, Pte.huge(head, PmdOps.LEVEL, vma.pageProt() | Pte.ACCESSED | Pte.SPECIAL));
        } else {
            mapAnonFolio(mm, vma, start, head);
        }
        current.get().unlock(LockKind.PTL);
        return VmFault.OK;
    }

    private int alloc(Vma vma) {
        clock.advance(costs.allocatePage() * pages);
        return frames.alloc(pmds.order(), Frames.ANON | Frames.SWAPBACKED | vma.policyFlags());
    }

    /** {@code map_anon_folio_pmd}. */
    private void mapAnonFolio(AddressSpace mm, Vma vma, long start, int head) {
        lru.addLarge();
        frames.setFolioMapping(head, vma.anonVma(), vma.pageIndex(start));
        frames.addEntireRmap(head, mm.id());
        frames.setMapping(head, vma.anonVma(), vma.pageIndex(start));
        frames.set(head, Frames.ANON_EXCLUSIVE);
        mm.addAnonPages(pages);
        long pmd = Pte.mkdirty(Pte.huge(head, PmdOps.LEVEL, vma.pageProt() | Pte.ACCESSED));
        pmds.set(mm, start, maybeMkwrite(pmd, vma));
    }

    /** {@code wp_huge_pmd}: copy-on-write and write-notify of a file are for the PTE level. */
    private int wpHugePmd(FaultHandler handler, AddressSpace mm, Vma vma, long address, long pmd, int flags) {
        if (vma.isAnonymous()) {
            if ((flags & FaultFlags.UNSHARE) == 0 && vma.has(VmFlags.UFFD_WP) && Pte.uffdWp(pmd)) {
                path = FaultPath.USERFAULT;
                return handler.userfault(mm, vma, address, flags, VmFlags.UFFD_WP);
            }
            return doHugePmdWpPage(mm, vma, address, pmd, flags);
        }
        split.split(mm, vma, address);
        return VmFault.FALLBACK;
    }

    /** {@code do_huge_pmd_wp_page}: upgraded in place if nobody else uses the huge page; otherwise split. */
    private int doHugePmdWpPage(AddressSpace mm, Vma vma, long address, long pmd, int flags) {
        long start = address & -pmds.size();
        if (Pte.special(pmd)) {
            if (zeroWriteAllocates) {
                int result = doHugeZeroWpPmd(mm, vma, start);
                if (result != VmFault.FALLBACK) {
                    return result;
                }
            }
        } else if (reuse(mm, vma, start, pmd, flags)) {
            return wpResolved;
        }
        split.split(mm, vma, address);
        return VmFault.FALLBACK;
    }

    private boolean reuse(AddressSpace mm, Vma vma, long start, long pmd, int flags) {
        int head = Pte.frame(pmd);
        current.get().lock(LockKind.PTL);
        boolean mine = frames.has(head, Frames.ANON_EXCLUSIVE) || frames.refcount(head) == 1;
        if (mine) {
            frames.set(head, Frames.ANON_EXCLUSIVE);
            if ((flags & FaultFlags.UNSHARE) == 0) {
                pmds.setAccessFlags(mm, start, maybeMkwrite(Pte.mkdirty(Pte.mkyoung(pmd)), vma), true);
            }
        }
        current.get().unlock(LockKind.PTL);
        return mine;
    }

    private int doHugeZeroWpPmd(AddressSpace mm, Vma vma, long start) {
        int head = alloc(vma);
        if (head == Frames.NO_FRAME) {
            return VmFault.FALLBACK;
        }
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, start + pmds.size(),
                Cause.DO_HUGE_ZERO_WP_PMD);
        current.get().lock(LockKind.PTL);
        pmds.clearFlush(mm, start);
        mapAnonFolio(mm, vma, start, head);
        current.get().unlock(LockKind.PTL);
        notifiers.rangeEnd(window);
        return VmFault.OK;
    }

    /**
     * {@code huge_pmd_set_accessed}: young, and dirty for a write.
     *
     * @return whether the leaf changed
     */
    private boolean setAccessed(AddressSpace mm, long address, long pmd, boolean write) {
        current.get().lock(LockKind.PTL);
        long entry = Pte.mkyoung(write ? Pte.mkdirty(pmd) : pmd);
        boolean changed = pmds.setAccessFlags(mm, address & -pmds.size(), entry, write);
        current.get().unlock(LockKind.PTL);
        return changed;
    }

    private static long maybeMkwrite(long pmd, Vma vma) {
        return vma.has(VmFlags.WRITE) ? pmd | Pte.WRITE : pmd;
    }
}
