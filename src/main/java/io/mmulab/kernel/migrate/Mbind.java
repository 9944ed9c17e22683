package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.hugetlb.HugetlbMigration;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Mmap;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mbind} with MPOL_BIND to one node and MPOL_MF_MOVE ({@code do_mbind()} of {@code mm/mempolicy.c}). */
public final class Mbind {
    private final MigratePages migration;
    private final PageTableOps ops;
    private final HugetlbMigration hugetlb;
    private final Frames frames;
    private final Lru lru;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;

    Mbind(Architecture architecture, MigratePages migration, PageTableOps ops, HugetlbMigration hugetlb, Frames frames,
            Lru lru, CurrentActor current, SimulatedClock clock) {
        this.migration = migration;
        this.ops = ops;
        this.hugetlb = hugetlb;
        this.frames = frames;
        this.lru = lru;
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
    }

    /**
     * Binds {@code [start, start + length)} to a node and moves there what only this process maps.
     *
     * @return 0 or a negative {@link Errno}: EFAULT if not all of it is mapped
     */
    public long bind(AddressSpace mm, long start, long length, int node) {
        clock.advance(cost);
        long end = start + ((length + mm.pageSize() - 1) & -mm.pageSize());
        if ((start & (mm.pageSize() - 1)) != 0 || end < start) {
            return Errno.EINVAL.returned();
        }
        if (end == start) {
            return 0;
        }
        if (node < 0 || node >= MoveCall.NODES) {
            return Errno.EINVAL.returned();
        }
        lru.drain();
        current.get().lock(LockKind.MMAP_WRITE);
        List<MigratingFolio> queue = new ArrayList<>();
        long error = queueAndBind(mm, start, end, node, queue);
        current.get().unlock(LockKind.MMAP_WRITE);
        if (error == 0 && !queue.isEmpty()) {
            migration.migrate(queue, node);
        }
        queue.forEach(folio -> frames.put(folio.head()));
        return error;
    }

    private long queueAndBind(AddressSpace mm, long start, long end, int node, List<MigratingFolio> queue) {
        long at = start;
        while (at < end) {
            Vma vma = mm.vmas().lookup(at);
            if (vma == null) {
                return Errno.EFAULT.returned();
            }
            queuePages(mm, vma, at, Math.min(end, vma.end()), node, queue);
            at = vma.end();
        }
        for (at = start; at < end;) {
            Vma vma = mm.vmas().lookup(at);
            long to = vma == null ? end : Math.min(end, vma.end());
            if (vma != null && !isBound(vma.policy(), node) && !bind(mm, vma, at, to, node)) {
                return -mm.merge().error();
            }
            at = to;
        }
        return 0;
    }

    /** {@code mbind_range}: the part of a VMA, and what its file remembers for everybody. */
    private static boolean bind(AddressSpace mm, Vma vma, long start, long end, int node) {
        MappedFile file = vma.file();
        long first = vma.pageIndex(start);
        if (mm.merge().modifyPolicy(vma, start, end, node, Mmap.MAX_MAP_COUNT) == null) {
            return false;
        }
        if (file != null) {
            file.bind(first, first + (end - start) / mm.pageSize(), node);
        }
        return true;
    }

    private boolean isTableShared(AddressSpace mm, Vma vma, long at) {
        return vma.has(VmFlags.HUGETLB) && hugetlb.isTableShared(mm, vma, at);
    }

    private static boolean isBound(@Nullable Object policy, int node) {
        return policy instanceof Integer bound && bound == node;
    }

    /** {@code queue_folios_pte_range}. */
    private void queuePages(AddressSpace mm, Vma vma, long start, long end, int node, List<MigratingFolio> queue) {
        PageTable table = mm.pageTable();
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            long pte = ops.get(mm, at);
            if (!Pte.present(pte) || Pte.special(pte) || frames.isZeroPage(Pte.frame(pte))) {
                continue;
            }
            int frame = Pte.frame(pte);
            boolean elsewhere = frames.has(frame, Frames.REMOTE_NODE) != (node == 1);
            if (elsewhere && !migration.maybeMappedShared(frame) && !isTableShared(mm, vma, at)) {
                migration.isolate(frames.head(frame), queue);
            }
        }
    }
}
