package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.hugetlb.HugetlbProtection.Uffd;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code change_protection()} of {@code mm/mprotect.c}: gives the entries of a range their VMA's rights. mprotect and
 * userfaultfd's write protection share it; the caller has an open gather and flushes it.
 */
public final class ChangeProtection {
    /** {@code MM_CP_TRY_CHANGE_WRITABLE}: entries that need no write fault become writable. */
    public static final int TRY_CHANGE_WRITABLE = 1;
    /** {@code MM_CP_UFFD_WP}: write-protect for userfaultfd. */
    public static final int UFFD_WP = 1 << 2;
    /** {@code MM_CP_UFFD_WP_RESOLVE}: take that protection away. */
    public static final int UFFD_WP_RESOLVE = 1 << 3;

    private final Architecture architecture;
    private final PageTableOps ops;
    private final HugePmds huge;
    private final SplitHugePmd split;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private final CurrentActor current;
    private final Hugetlb hugetlb;
    private final boolean windowPerPud;
    private final boolean flushesUnchanged;
    private final boolean resolveByPageProt;
    private final boolean cleanAnonWritable;
    private final boolean inBatches;

    /** For one machine. */
    public ChangeProtection(Architecture architecture, KernelVersion version, PageTableOps ops, HugePmds huge,
            SplitHugePmd split, Hugetlb hugetlb, MmuGather gather, MmuNotifiers notifiers, Frames frames,
            CurrentActor current) {
        this.architecture = architecture;
        this.ops = ops;
        this.huge = huge;
        this.split = split;
        this.hugetlb = hugetlb;
        this.gather = gather;
        this.notifiers = notifiers;
        this.frames = frames;
        this.current = current;
        this.windowPerPud = version.has(VersionRule.MPROTECT_WINDOW_PER_PUD);
        this.flushesUnchanged =
                !version.isIn(architecture.flushes().changedEntriesOnly());
        this.resolveByPageProt = version.has(VersionRule.UFFD_WP_FOLLOWS_PAGE_PROT);
        this.inBatches = version.has(VersionRule.MPROTECT_IN_BATCHES);
        this.cleanAnonWritable = version.has(VersionRule.CLEAN_EXCLUSIVE_ANON_WRITABLE);
    }

    /**
     * {@code change_protection_range}: one window for each step of the upper levels that has page tables.
     *
     * @param flags {@link #TRY_CHANGE_WRITABLE}, …
     */
    public void range(AddressSpace mm, Vma vma, long start, long end, int flags) {
        if (vma.has(VmFlags.HUGETLB)) {
            hugetlb.protection().change(mm, vma, start, end, newProt(vma, flags),
                    (flags & UFFD_WP) != 0 ? Uffd.PROTECT : (flags & UFFD_WP_RESOLVE) != 0 ? Uffd.RESOLVE : Uffd.NONE);
            return;
        }
        PageTable table = mm.pageTable();
        if ((flags & UFFD_WP) != 0 && usesMarkers(vma)) {
            populateTables(mm, start, end);
        }
        long prot = newProt(vma, flags);
        int startLevel = windowPerPud ? 2 : 1;
        long step = 1L << table.levelShift(startLevel + 1);
        for (long at = start; at < end; at = (at & -step) + step) {
            long stop = Math.min(end, (at & -step) + step);
            long populated = table.nextPopulated(at, stop, startLevel);
            if (populated < stop) {
                MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.PROTECTION_VMA, populated,
                        stop, Cause.CHANGE_PROTECTION);
                changePmds(mm, vma, populated, stop, prot, flags);
                notifiers.rangeEnd(window);
            }
        }
        gather.endVma(mm);
    }

    /**
     * {@code uffd_wp_range}: write-protects {@code [start, end)} of a VMA for userfaultfd, or takes that away.
     *
     * @param on whether it is protected
     */
    public void uffdWpRange(AddressSpace mm, Vma vma, long start, long end, boolean on) {
        boolean upgrades = !on && resolveByPageProt && wantsManualWriteUpgrade(vma);
        range(mm, vma, start, end, (on ? UFFD_WP : UFFD_WP_RESOLVE) | (upgrades ? TRY_CHANGE_WRITABLE : 0));
    }

    /** {@code vma_wants_manual_pte_write_upgrade}: entries must be looked at one by one to become writable. */
    public static boolean wantsManualWriteUpgrade(Vma vma) {
        if (!vma.has(VmFlags.WRITE)) {
            return false;
        }
        MappedFile file = vma.file();
        return !vma.has(VmFlags.SHARED) || (file != null && file.wantsWriteNotify());
    }

    /** {@code userfaultfd_wp_use_markers}: protection of pages that are not there must be remembered. */
    private static boolean usesMarkers(Vma vma) {
        return !vma.isAnonymous()
                || (vma.userfaultfdCtx() != null && vma.userfaultfdCtx().has(UserfaultfdCtx.FEATURE_WP_UNPOPULATED));
    }

    /** {@code change_pmd_prepare} and the levels above: markers need leaf tables. */
    private static void populateTables(AddressSpace mm, long start, long end) {
        long span = 1L << mm.pageTable().levelShift(1);
        for (long at = start & -span; at < end; at += span) {
            if (mm.pageTable().entry(at, 1) == Pte.NONE) {
                mm.pageTable().makeLeafTable(at);
            }
        }
    }

    /** Before 6.2 userfaultfd gave a shared mapping's entries the rights of {@code vm_get_page_prot()}. */
    private long newProt(Vma vma, int flags) {
        boolean sharedWrite = vma.has(VmFlags.SHARED) && vma.has(VmFlags.WRITE);
        boolean raw = (flags & UFFD_WP_RESOLVE) != 0 && !resolveByPageProt && sharedWrite;
        return raw ? vma.pageProt() | Pte.WRITE : vma.pageProt();
    }

    /** {@code change_pmd_range}: a huge page changes as a whole, or is split if only a part of it changes. */
    private void changePmds(AddressSpace mm, Vma vma, long start, long end, long prot, int flags) {
        long span = huge.size();
        PageTable table = mm.pageTable();
        for (long at = table.nextPopulated(start, end, 1); at < end; at = table.nextPopulated((at & -span) + span, end,
                1)) {
            long stop = Math.min(end, (at & -span) + span);
            if (huge.isHuge(mm, at)) {
                if (stop - at == span && ((flags & UFFD_WP) == 0 || vma.isAnonymous())) {
                    huge.change(mm, vma, at, prot, (flags & UFFD_WP) != 0, (flags & UFFD_WP_RESOLVE) != 0,
                            (flags & TRY_CHANGE_WRITABLE) != 0);
                    continue;
                }
                split.split(mm, vma, at);
            }
            changePtes(mm, vma, at, stop, prot, flags);
        }
    }

    private void changePtes(AddressSpace mm, Vma vma, long start, long end, long prot, int flags) {
        PageTable table = mm.pageTable();
        gather.batchedPending(mm);
        boolean noneToo = (flags & UFFD_WP) != 0 && usesMarkers(vma);
        for (long at = noneToo ? start : table.nextEntry(start, end); at < end; at = noneToo ? at + mm.pageSize()
                : table.nextEntry(at + mm.pageSize(), end)) {
            current.get().lock(LockKind.PTL);
            long before = ops.get(mm, at);
            if (Pte.present(before)) {
                at += (changePresent(mm, vma, at, end, before, prot, flags) - 1) * mm.pageSize();
            } else if (before != Pte.NONE) {
                changeNotPresent(mm, at, before, flags);
            } else if (noneToo) {
                ops.setPte(mm, at, Pte.marker(Pte.MARKER_UFFD_WP));
            }
            current.get().unlock(LockKind.PTL);
        }
    }

    /** {@code change_present_ptes}: one entry, or a run of entries of a large folio; returns how many. */
    private int changePresent(AddressSpace mm, Vma vma, long at, long end, long before, long prot, int flags) {
        int nr = inBatches ? ops.batches().lengthRespectingWrite(mm, at, before, end, Pte.DIRTY) : 1;
        long old = nr == 1 ? before : ops.startModify(mm, at, nr);
        long after = Pte.modify(old, prot);
        if ((flags & UFFD_WP) != 0) {
            after = Pte.mkuffdWp(after);
        } else if ((flags & UFFD_WP_RESOLVE) != 0) {
            after = Pte.clearUffdWp(after);
        }
        boolean tryWritable = (flags & TRY_CHANGE_WRITABLE) != 0 && !Pte.write(after);
        int done = 0;
        while (done < nr) {
            long first = Pte.advance(after, done);
            boolean writable = tryWritable && canChangePteWritable(vma, first);
            int run = done + 1;
            while (run < nr && (!tryWritable
                    || canChangePteWritable(vma, Pte.advance(after, run)) == writable)) {
                run++;
            }
            commit(mm, at + done * mm.pageSize(), old, writable ? first | Pte.WRITE : first, run - done);
            done = run;
        }
        return nr;
    }

    /** {@code prot_commit_flush_ptes}. */
    private void commit(AddressSpace mm, long at, long old, long first, int nr) {
        if (nr == 1) {
            ops.modifyProtection(mm, at, first);
        } else {
            ops.setPtes(mm, at, first, nr);
        }
        if (flushesUnchanged || needsFlush(old, Pte.withFrame(first, Pte.frame(old)))) {
            gather.addPtes(at, nr * mm.pageSize());
        }
    }

    /** {@code pte_needs_flush}: TLBs may hold the old entry, and the hardware sees a difference. */
    private static boolean needsFlush(long before, long after) {
        return Pte.valid(before) && ((before ^ after) & ~Pte.SOFTWARE) != 0;
    }

    private void changeNotPresent(AddressSpace mm, long at, long before, int flags) {
        if (Pte.isMarker(before)) {
            if ((flags & UFFD_WP_RESOLVE) != 0 && Pte.isMarker(before, Pte.MARKER_UFFD_WP)) {
                ops.setPte(mm, at, Pte.NONE);
            }
            return;
        }
        boolean ofPage =
                Pte.kind(before) == Pte.MIGRATION || Pte.isDevicePrivate(before) || Pte.isDeviceExclusive(before);
        long after = ofPage ? before & ~Pte.WRITE : before;
        if ((flags & UFFD_WP) != 0) {
            after = Pte.mkuffdWp(after);
        } else if ((flags & UFFD_WP_RESOLVE) != 0) {
            after = Pte.clearUffdWp(after);
        }
        if (after != before) {
            ops.setPte(mm, at, after);
        }
    }

    /** {@code can_change_pte_writable}: an exclusive anonymous page, or a dirty page of a shared file. */
    private boolean canChangePteWritable(Vma vma, long pte) {
        if (!Pte.valid(pte) || needsSoftDirtyFault(vma, pte) || (vma.has(VmFlags.UFFD_WP) && Pte.uffdWp(pte))) {
            return false;
        }
        if (vma.has(VmFlags.SHARED) || !cleanAnonWritable) {
            if (!Pte.dirty(pte)) {
                return false;
            }
        }
        return vma.has(VmFlags.SHARED) || (!Pte.special(pte)
                && frames.has(Pte.frame(pte), Frames.ANON | Frames.ANON_EXCLUSIVE));
    }

    /** {@code pte_needs_soft_dirty_wp}: the next write must set the bit. */
    private boolean needsSoftDirtyFault(Vma vma, long pte) {
        return architecture.softDirty() && !vma.has(VmFlags.SOFTDIRTY) && !Pte.softDirty(pte);
    }
}
