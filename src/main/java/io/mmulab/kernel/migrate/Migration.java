package io.mmulab.kernel.migrate;

import java.util.ArrayList;
import java.util.List;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.fault.DeviceEntries;
import io.mmulab.kernel.hugetlb.HugetlbMigration;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.rmap.Rmap;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.tlb.TlbFlush;
import io.mmulab.kernel.tlb.UnmapBatch;

/** The parts of migration of one machine, put together. */
public final class Migration {
    private final MoveCall movePages;
    private final Mbind mbind;
    private final TryToMigrate unmap;
    private final DeviceMemory deviceMemory;
    private final MigrateVma migrateVma;
    private final DeviceExclusive exclusive;
    private final DeviceEntries deviceFaults;
    private final MigratePages pages;

    /** What they work on. */
    public record Parts(Architecture architecture, KernelVersion version, Rmap rmap, PageTableOps ops, PmdOps pmds,
            HugetlbMigration hugetlb, Frames frames, Lru lru, SwapArea swap, UnmapBatch batch, TlbFlush tlb,
            MmuNotifiers notifiers,
            CurrentActor current,
            SimulatedClock clock) {}

    /** For one machine. */
    public Migration(Parts p) {
        MigrationEntries entries = new MigrationEntries(p.version, p.frames);
        unmap =
                new TryToMigrate(p.version, entries, p.rmap, p.ops, p.pmds, p.frames, p.batch, p.notifiers, p.current);
        MigrateHugetlb huge =
                new MigrateHugetlb(entries, p.hugetlb, p.rmap, p.frames, p.notifiers, p.current);
        MoveFolio mover = new MoveFolio(p.frames, p.lru, p.swap);
        pages = new MigratePages(p.version, unmap, huge, mover, p.frames, p.batch);
        deviceMemory = new DeviceMemory(p.frames);
        migrateVma = new MigrateVma(p, entries, unmap, mover, deviceMemory);
        exclusive = new DeviceExclusive(p);
        deviceFaults = new DeviceFaults(migrateVma, exclusive, p.frames);
        movePages = new MoveCall(p.architecture, p.version, pages, p.ops, p.frames, p.lru, p.clock);
        mbind = new Mbind(p.architecture, pages, p.ops, p.hugetlb, p.frames, p.lru, p.current, p.clock);
    }

    /** {@code move_pages}. */
    public MoveCall movePages() {
        return movePages;
    }

    /** Memory of devices. */
    public DeviceMemory deviceMemory() {
        return deviceMemory;
    }

    /** Migration to and from it. */
    public MigrateVma migrateVma() {
        return migrateVma;
    }

    /** Pages that a device takes for itself. */
    public DeviceExclusive exclusive() {
        return exclusive;
    }

    /** What faults do with entries of devices. */
    public DeviceEntries deviceFaults() {
        return deviceFaults;
    }

    /** {@code mbind}. */
    public Mbind mbind() {
        return mbind;
    }

    /** Puts migration entries in the place of pages. */
    public TryToMigrate tryToMigrate() {
        return unmap;
    }

    /**
     * {@code migrate_pages} for MR_MEMORY_FAILURE, of one page that nobody is to use any more.
     *
     * @param node where it goes
     * @return whether it was moved; the empty page has one reference then
     */
    public boolean moveOut(int frame, int node) {
        List<MigratingFolio> queue = new ArrayList<>();
        pages.isolate(frame, queue);
        queue.get(0).keepFrame();
        return pages.migrate(queue, node) == 0;
    }
}
