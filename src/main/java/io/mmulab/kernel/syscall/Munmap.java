package io.mmulab.kernel.syscall;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.AnonVma;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaTree;

/** {@code munmap}: {@code do_vmi_munmap()}, and what exit shares with it. */
public final class Munmap {
    /** {@code USER_PGTABLES_CEILING}: with no mapping above, the tables that span the end of user addresses go too. */
    private static final long NO_CEILING = 0;
    /** Splits of munmap may exceed the limit for a moment. */
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final ZapPages zap;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final Overcommit overcommit;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;

    /** For one machine. */
    public Munmap(Architecture architecture, ZapPages zap, MmuGather gather, MmuNotifiers notifiers,
            Overcommit overcommit, CurrentActor current, SimulatedClock clock) {
        this.zap = zap;
        this.gather = gather;
        this.notifiers = notifiers;
        this.overcommit = overcommit;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
    }

    /** Unmaps {@code [start, start + length)}; 0 or a negative {@link Errno}. Holes are fine. */
    public long unmap(AddressSpace mm, long start, long length) {
        clock.advance(cost);
        current.get().lock(LockKind.MMAP_WRITE);
        long result = doMunmap(mm, start, length);
        current.get().unlock(LockKind.MMAP_WRITE);
        return result;
    }

    /** {@code do_munmap}: mmap_lock is held for writing. */
    long doMunmap(AddressSpace mm, long start, long length) {
        long pageSize = mm.pageSize();
        if ((start & (pageSize - 1)) != 0 || Long.compareUnsigned(start, mm.taskSize()) > 0
                || Long.compareUnsigned(length, mm.taskSize() - start) > 0) {
            return Errno.EINVAL.returned();
        }
        long end = start + ((length + pageSize - 1) & -pageSize);
        if (end == start) {
            return Errno.EINVAL.returned();
        }
        long error = splitEdges(mm, start, end);
        if (error == 0) {
            unmapSplit(mm, start, end);
        }
        return error;
    }

    /**
     * What may fail of {@code vms_gather_munmap_vmas}: splits the VMAs that lie across the edges.
     *
     * @return 0 or a negative {@link Errno}; a first split is not undone
     */
    long splitEdges(AddressSpace mm, long start, long end) {
        VmaTree vmas = mm.vmas();
        Vma first = vmas.intersecting(start, end);
        if (first != null && start > first.start()) {
            if (end < first.end() && vmas.size() >= Mmap.MAX_MAP_COUNT) {
                return Errno.ENOMEM.returned();
            }
            if (mm.merge().split(first, start, true, NO_LIMIT) == null) {
                return -mm.merge().error();
            }
        }
        Vma last = vmas.lookup(end - 1);
        if (last != null && last.end() > end && mm.merge().split(last, end, false, NO_LIMIT) == null) {
            return -mm.merge().error();
        }
        return 0;
    }

    /** Unmaps whole VMAs, without an error left that could happen ({@code vms_complete_munmap_vmas}). */
    void unmapSplit(AddressSpace mm, long start, long end) {
        VmaTree vmas = mm.vmas();
        List<Vma> detached = detach(mm, start, end);
        if (detached.isEmpty()) {
            return;
        }
        Vma below = vmas.before(start);
        Vma above = vmas.find(end);
        zap.drainLru();
        gather.begin(false);
        unmapVmas(mm, detached, start, end);
        zap.freePageTables(mm, detached, below == null ? 0 : below.end(),
                above == null ? NO_CEILING : above.start());
        gather.finish(mm);
        remove(mm, detached);
    }

    /**
     * {@code unmap_region} of a VMA that {@code mmap_region} could not complete: it is on no tree and maps nothing, but the
     * window opens all the same, and tables that nothing else needs are freed.
     */
    void abandon(AddressSpace mm, Vma vma) {
        Vma below = mm.vmas().before(vma.start());
        Vma above = mm.vmas().find(vma.end());
        gather.begin(false);
        notifiers.rangeEnd(notifiers.rangeStart(mm.subscriptions(), EventType.UNMAP, vma.start(), vma.end(),
                Cause.UNMAP_VMAS));
        zap.freePageTables(mm, List.of(vma), below == null ? 0 : below.end(),
                above == null ? NO_CEILING : above.start());
        gather.finish(mm);
    }

    private static List<Vma> detach(AddressSpace mm, long start, long end) {
        List<Vma> detached = new ArrayList<>();
        for (Vma vma = mm.vmas().intersecting(start, end); vma != null; vma = mm.vmas().intersecting(start, end)) {
            mm.vmas().remove(vma);
            if (vma.has(VmFlags.LOCKED)) {
                mm.addLockedPages(-vma.pages());
            }
            detached.add(vma);
        }
        return detached;
    }

    /** {@code remove_vma}: the VMAs are gone from the tree already. */
    private void remove(AddressSpace mm, List<Vma> vmas) {
        long accounted = 0;
        for (Vma vma : vmas) {
            accounted += vma.has(VmFlags.ACCOUNT) ? vma.pages() : 0;
            mm.accountPages(vma.flags(), -vma.pages());
            AnonVma.unlink(vma);
            vma.close();
        }
        overcommit.uncharge(accounted);
    }

    private void unmapVmas(AddressSpace mm, List<Vma> vmas, long start, long end) {
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.UNMAP, start, end,
                Cause.UNMAP_VMAS);
        for (Vma vma : vmas) {
            zap.vma(mm, vma, vma.start(), vma.end());
        }
        notifiers.rangeEnd(window);
    }

    /**
     * {@code exit_mmap}: subscribers are released first, before any page goes; the UNMAP window that follows reaches
     * nobody.
     */
    public void exitMmap(AddressSpace mm) {
        mm.setDead();
        notifiers.release(mm.subscriptions());
        current.get().lock(LockKind.MMAP_READ);
        List<Vma> all = new ArrayList<>();
        for (int i = 0; i < mm.vmas().size(); i++) {
            all.add(mm.vmas().at(i));
        }
        zap.drainLru();
        gather.begin(true);
        if (!all.isEmpty()) {
            unmapVmas(mm, all, 0, -1);
        }
        current.get().unlock(LockKind.MMAP_READ);
        current.get().lock(LockKind.MMAP_WRITE);
        zap.freePageTables(mm, all, 0, NO_CEILING);
        gather.finish(mm);
        for (Vma vma : all) {
            mm.vmas().remove(vma);
        }
        remove(mm, all);
        current.get().unlock(LockKind.MMAP_WRITE);
        notifiers.drop(mm.subscriptions());
    }
}
