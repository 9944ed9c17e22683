package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code move_pages} with MPOL_MF_MOVE ({@code do_pages_move()} of {@code mm/migrate.c}). */
public final class MoveCall {
    /** Memory nodes of the machine. */
    public static final int NODES = 2;
    private static final int QUEUED = 1;

    private final MigratePages migration;
    private final PageTableOps ops;
    private final Frames frames;
    private final Lru lru;
    private final SimulatedClock clock;
    private final long cost;
    private final boolean holesAreNoEntries;

    MoveCall(Architecture architecture, KernelVersion version, MigratePages migration, PageTableOps ops, Frames frames,
            Lru lru, SimulatedClock clock) {
        this.migration = migration;
        this.ops = ops;
        this.frames = frames;
        this.lru = lru;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        this.holesAreNoEntries = version.has(VersionRule.MOVE_PAGES_HOLE_IS_ENOENT);
    }

    /**
     * Moves the pages of some addresses, one folio once.
     *
     * @param status takes for each page its node, or a negative errno; what was not reached stays
     * @return 0, how many pages were not moved, or a negative {@link Errno}
     */
    public long move(AddressSpace mm, long[] addresses, int node, int[] status) {
        clock.advance(cost);
        if (node < 0 || node >= NODES) {
            return addresses.length == 0 ? 0 : Errno.ENODEV.returned();
        }
        lru.drain();
        List<MigratingFolio> queue = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < addresses.length; i++) {
            long added = add(mm, addresses[i], node, queue);
            if (added > 0) {
                continue;
            }
            status[i] = added == 0 ? node : (int) added;
            long failed = flush(queue, node, status, start, i);
            if (failed != 0) {
                return failed > 0 ? failed - 1 : failed;
            }
            start = i + 1;
        }
        return flush(queue, node, status, start, addresses.length);
    }

    /** {@code move_pages_and_store_status}, of the pages {@code [start, i)}. */
    private long flush(List<MigratingFolio> queue, int node, int[] status, int start, int i) {
        if (queue.isEmpty()) {
            return 0;
        }
        long failed = migration.migrate(queue, node);
        for (int page = start; failed == 0 && page < i; page++) {
            status[page] = node;
        }
        return failed > 0 ? failed + (status.length - i) : failed;
    }

    /** {@code add_folio_for_migration}: {@link #QUEUED}, 0 if it is there already, or a negative errno. */
    private long add(AddressSpace mm, long address, int node, List<MigratingFolio> queue) {
        Vma vma = mm.vmas().lookup(address);
        if (vma == null || vma.has(VmFlags.IO) || vma.has(VmFlags.PFNMAP)) {
            return Errno.EFAULT.returned();
        }
        long pte = ops.get(mm, address);
        if (!Pte.present(pte)) {
            boolean fault = !holesAreNoEntries && pte == Pte.NONE && vma.isAnonymous();
            return (fault ? Errno.EFAULT : Errno.ENOENT).returned();
        }
        int frame = Pte.frame(pte);
        if (Pte.special(pte) || frames.isZeroPage(frame)) {
            return Errno.EFAULT.returned();
        }
        if (nodeOf(frame) == node) {
            return 0;
        }
        if (holesAreNoEntries ? migration.maybeMappedShared(frame) : frames.mapcount(frame) > 1) {
            return Errno.EACCES.returned();
        }
        if (!holesAreNoEntries && vma.has(VmFlags.HUGETLB) && frame != frames.head(frame)) {
            return Errno.EACCES.returned();
        }
        return migration.isolate(frames.head(frame), queue) ? QUEUED : Errno.EBUSY.returned();
    }

    private int nodeOf(int frame) {
        return frames.has(frame, Frames.REMOTE_NODE) ? 1 : 0;
    }
}
