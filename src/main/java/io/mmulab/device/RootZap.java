package io.mmulab.device;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.paging.Pte;

/**
 * {@code tdp_mmu_zap_root()} and {@code handle_removed_pt()}: takes tables out, and reports each entry in the order of the
 * release.
 *
 * <p>Under the lock for reading, others may still be looking at a table that goes, so that each of its entries is frozen,
 * those that map nothing too; under the lock for writing only entries that map something are touched.
 */
final class RootZap {
    private static final int TOP = 3;
    private static final int ENTRIES = 512;

    private final TdpMmu stage;
    private final SpteChanges changes;
    private final boolean byGranule;
    private final boolean childrenFirst;

    RootZap(TdpMmu stage, SpteChanges changes, KernelVersion version) {
        this.stage = stage;
        this.changes = changes;
        this.byGranule = version.has(VersionRule.KVM_ZAPS_ROOT_BY_GRANULE);
        this.childrenFirst = version.has(VersionRule.KVM_REPORTS_CHILDREN_FIRST);
    }

    /**
     * {@code tdp_mmu_zap_root}. The table that is left is not used any more.
     *
     * @param shared whether the lock is held for reading: a slot was deleted; otherwise the guest ends
     */
    void everything(boolean shared) {
        if (byGranule) {
            pass(0, shared);
            pass(1, shared);
        }
        pass(2, shared);
        pass(TOP, shared);
    }

    /** {@code __tdp_mmu_zap_root}: entries of a level, and leaves below it that are still there, become none. */
    private void pass(int level, boolean shared) {
        long end = SecondStage.ADDRESSES;
        long at = 0;
        while (at < end) {
            at = level == 0 ? stage.next(at, end) : stage.table().nextPopulated(at, end, level);
            if (at >= end) {
                return;
            }
            at = zapOne(at, level, shared);
        }
    }

    /** Zaps the entry of a level that holds an address; what follows it. */
    private long zapOne(long at, int level, boolean shared) {
        long seen = stage.table().get(at);
        if (Pte.valid(seen) && Pte.level(seen) >= level) {
            long following = stage.after(at);
            if (Pte.level(seen) == level) {
                stage.zapLeaf(at, SecondStage.Dropped.UNHEARD);
            }
            return following;
        }
        long base = at & -stage.span(level);
        if (level > 0) {
            removeTable(base, level, Pte.NONE, shared);
            stage.discardTable(base, level);
        }
        return base + stage.span(level);
    }

    /** A huge leaf takes the place of a table. */
    void replaceTable(long base, int level, long leaf) {
        removeTable(base, level, leaf, true);
        stage.discardTable(base, level);
    }

    /** {@code handle_changed_spte} of an entry that points to a table and will not any more. */
    private void removeTable(long base, int level, long after, boolean shared) {
        if (!childrenFirst) {
            changes.report(base, level, SpteChanges.TABLE, after);
        }
        removeChildren(base, level - 1, shared);
        if (childrenFirst) {
            changes.report(base, level, SpteChanges.TABLE, after);
        }
    }

    /**
     * {@code handle_removed_pt} of the table whose entries have a level. When the table of the top entries goes, the pass
     * before has zapped all that they pointed to.
     */
    private void removeChildren(long base, int level, boolean shared) {
        for (int i = 0; i < ENTRIES; i++) {
            long at = base + i * stage.span(level);
            long entry = stage.table().entry(at, level);
            if ((entry & Pte.TABLE) != 0 && level < TOP - 1) {
                removeTable(at, level, SpteChanges.FROZEN, shared);
            } else {
                removeLeaf(at, level, (entry & Pte.TABLE) != 0 ? Pte.NONE : entry, shared);
            }
        }
    }

    private void removeLeaf(long at, int level, long entry, boolean shared) {
        if (Pte.valid(entry)) {
            stage.takenOut(entry);
        }
        if (shared || Pte.valid(entry)) {
            changes.report(at, level, entry, SpteChanges.FROZEN);
        }
    }
}
