package io.mmulab.kernel.migrate;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.migrate.MigratingFolio.Entry;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;

/** Migration entries of any size: what stands in the place of an entry meanwhile, and what comes back. */
final class MigrationEntries {
    private static final long KEPT = Pte.WRITE | Pte.ACCESSED | Pte.DIRTY | Pte.SOFT_DIRTY | Pte.UFFD_WP;

    private final Frames frames;
    private final boolean keepsSoftClean;

    MigrationEntries(KernelVersion version, Frames frames) {
        this.frames = frames;
        this.keepsSoftClean = version.has(VersionRule.MIGRATION_IN_BATCHES);
    }

    /** Whether an entry that maps a page is the page's only one for good. */
    boolean isExclusive(int frame) {
        return frames.has(frame, Frames.ANON | Frames.ANON_EXCLUSIVE);
    }

    /** {@code make_*_migration_entry}. */
    long make(long old, boolean exclusive) {
        return Pte.of(Pte.frame(old), Pte.MIGRATION | (old & KEPT) | (exclusive ? Pte.SWP_EXCLUSIVE : 0));
    }

    /** {@code remove_migration_pte}: what the entry of the new page, in a folio with this head, may do. */
    long bits(Entry entry, int to) {
        long old = entry.old();
        long prot = entry.vma().pageProt() & ~Pte.ACCESSED;
        long pte = prot | (old & (Pte.ACCESSED | Pte.SOFT_DIRTY | Pte.UFFD_WP));
        if (Pte.dirty(old) && frames.isDirty(to)) {
            pte = keepsSoftClean ? pte | Pte.DIRTY : Pte.mkdirty(pte);
        }
        if (frames.has(to, Frames.DEVICE)) {
            return Pte.DEVICE_PRIVATE | (old & (Pte.WRITE | Pte.SOFT_DIRTY | Pte.UFFD_WP));
        }
        if (Pte.write(old)) {
            return pte | Pte.WRITE;
        }
        return keepsSoftClean ? pte : pte & ~Pte.WRITE;
    }
}
