package io.mmulab.kernel.hugetlb;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelDesign;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** Everything about hugetlb that the rest of a machine's kernel calls, wired up. */
public final class Hugetlb {
    private static final int EINVAL = 22;
    private static final int ENOMEM = 12;

    private final HugetlbPools pools;
    private final HugetlbPageTables tables;
    private final HugetlbFault fault;
    private final HugetlbUnmap unmap;
    private final HugetlbFork fork;
    private final HugetlbProtection protection;
    private final HugetlbMove move;
    private final HugetlbPoison poison;
    private final HugetlbFs fs;
    private final HugetlbMigration migration;

    /**
     * For one machine.
     *
     * @param pools its pools
     * @param ops changes entries
     * @param ownGather for functions of hugetlb that open a gather themselves
     * @param callersGather the one that system calls use, and may have open meanwhile
     * @param mappings who maps a file
     * @param faults gives VMAs their anon_vma, and hands faults of hugetlb VMAs over from now on
     */
    public Hugetlb(Architecture architecture, KernelVersion version, KernelDesign design, HugetlbPools pools,
            HugePteOps ops, MmuGather ownGather, MmuGather callersGather, HugetlbMappings mappings,
            MmuNotifiers notifiers,
            Frames frames, FaultHandler faults,
            CurrentActor current, SimulatedClock clock) {
        this.pools = pools;
        HugetlbGather gathers = new HugetlbGather(ownGather, callersGather);
        tables = new HugetlbPageTables(ops, notifiers, mappings, gathers, 1L << architecture.paging().levelShift(1),
                1L << architecture.paging().levelShift(2));
        unmap = new HugetlbUnmap(version, ops, tables, pools, frames, gathers, notifiers, mappings, current);
        fault = new HugetlbFault(version, architecture.costs(), ops, pools.allocator(), tables, unmap, frames,
                notifiers, faults, current, clock);
        faults.setHugetlb(fault);
        fork = new HugetlbFork(architecture, version, ops, tables, pools.allocator(), frames, notifiers, current);
        protection = new HugetlbProtection(ops, tables, gathers, notifiers, current);
        move = new HugetlbMove(ops, tables, gathers, notifiers, current);
        poison = new HugetlbPoison(ops, tables, pools, mappings, gathers, notifiers, frames, current);
        fs = new HugetlbFs(mappings, unmap, frames);
        migration = new HugetlbMigration(design, pools, tables, gathers, ops, frames, notifiers);
    }

    /** The pools of all sizes. */
    public HugetlbPools pools() {
        return pools;
    }

    /** Faults. */
    public HugetlbFault fault() {
        return fault;
    }

    /** munmap, MADV_DONTNEED, exit. */
    public HugetlbUnmap unmap() {
        return unmap;
    }

    /** fork. */
    public HugetlbFork fork() {
        return fork;
    }

    /** mprotect and userfaultfd's write protection. */
    public HugetlbProtection protection() {
        return protection;
    }

    /** Migration. */
    public HugetlbMigration migration() {
        return migration;
    }

    /** {@code hugetlb_split}: a VMA is about to be cut at an address strictly inside. */
    public void split(AddressSpace mm, Vma vma, long address) {
        tables.split(mm, vma, address);
    }

    /** {@code hugetlb_unshare_all_pmds}: a VMA gets page tables that nobody else uses. */
    public void unshareAllPmds(AddressSpace mm, Vma vma) {
        tables.unshareAll(mm, vma);
    }

    /** {@code clear_vma_resv_huge_pages}: mremap gave a VMA's reservation to another; nothing for other VMAs. */
    public void reservationMoved(Vma old) {
        if (old.has(VmFlags.HUGETLB)) {
            HugetlbInode.of(old).reservationMoved(old);
        }
    }

    /** mremap. */
    public HugetlbMove move() {
        return move;
    }

    /** Memory that has failed. */
    public HugetlbPoison poison() {
        return poison;
    }

    /** Files. */
    public HugetlbFs fs() {
        return fs;
    }

    /** {@code is_file_hugepages}. */
    public static boolean isHuge(@Nullable MappedFile file) {
        return file != null && file.kind() == MappedFile.Kind.HUGETLB;
    }

    /**
     * {@code hugetlbfs_file_mmap}: reserves for a new VMA, which has its flags but is on no tree yet, and counts it. Nothing
     * for other VMAs.
     *
     * @return 0, or the negative errno -12 (ENOMEM): the pool has not enough, or -22 (EINVAL): the offset is not aligned
     */
    public int mmap(Vma vma) {
        MappedFile file = vma.file();
        if (file == null || !vma.has(VmFlags.HUGETLB)) {
            return 0;
        }
        HugetlbInode inode = HugetlbInode.of(vma);
        int order = inode.hstate().order();
        if ((vma.pgoff() & ((1L << order) - 1)) != 0) {
            return -EINVAL;
        }
        long from = vma.pgoff() >> order;
        long end = vma.pgoff() + vma.pages();
        if (!inode.reserve(vma, from, end >> order)) {
            return -ENOMEM;
        }
        if (vma.has(VmFlags.WRITE)) {
            file.growTo(end);
        }
        inode.mapped();
        return 0;
    }
}
