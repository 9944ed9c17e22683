package io.mmulab.device;

import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Tracepoint;
import io.mmulab.kernel.event.Tracer;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.secondary.MmuServices;

/**
 * Reports the tracepoint {@code kvm_tdp_mmu_spte_changed}. Changes between entries that map nothing and say nothing, and of
 * entries that only point to tables, are left out, as in the recordings.
 */
final class SpteChanges {
    /** An entry of a table that is being taken out ({@code REMOVED_SPTE}, later {@code FROZEN_SPTE}). */
    static final long FROZEN = Pte.HWPOISON;
    /** An entry that points to a table. */
    static final long TABLE = Pte.TABLE | Pte.PRESENT | Pte.WRITE | Pte.ACCESSED;

    private static final String NONE = "none";
    private static final String SPECIAL = "special";

    private final Tracer tracer;
    private final long pageSize;
    private final boolean frozenIsSpecial;

    SpteChanges(MmuServices services) {
        this.tracer = services.tracer();
        this.pageSize = services.architecture().pageSize();
        this.frozenIsSpecial = services.version().has(VersionRule.KVM_FROZEN_SPTE_IS_SPECIAL);
    }

    boolean areHeard() {
        return tracer.isOn();
    }

    /**
     * One entry has changed.
     *
     * @param page first guest address that it maps
     * @param level 0 for an entry of the last level
     */
    void report(long page, int level, long before, long after) {
        if (!tracer.isOn() || before == after) {
            return;
        }
        boolean shown = level == 0 || isMarked(before) || isMarked(after);
        String old = name(before, level);
        String now = name(after, level);
        if (shown && !(old.equals(NONE) && now.equals(NONE))) {
            tracer.call(Tracepoint.KVM_TDP_MMU_SPTE_CHANGED, 0, page, page + pageSize, samePfn(before, after) ? 1 : 0,
                    (level + 1) + " " + old + " " + now);
        }
    }

    /** Whether the page-size bit is set: a huge leaf, or frozen. */
    private static boolean isMarked(long entry) {
        return entry == FROZEN || (Pte.present(entry) && (entry & Pte.TABLE) == 0);
    }

    private String name(long entry, int level) {
        if (entry == Pte.NONE) {
            return NONE;
        }
        if (entry == FROZEN) {
            return frozenIsSpecial ? SPECIAL : NONE;
        }
        if (TdpMmu.isMmio(entry)) {
            return SPECIAL;
        }
        boolean huge = level > 0 && (entry & Pte.TABLE) == 0;
        return "r" + (Pte.write(entry) ? "w" : "") + (Pte.young(entry) ? "A" : "") + (Pte.dirty(entry) ? "D" : "")
                + (huge ? "H" : "");
    }

    /** Whether the frame field stays: an entry without memory has the guest address there. */
    private static boolean samePfn(long before, long after) {
        boolean mmioBefore = TdpMmu.isMmio(before);
        boolean mmioAfter = TdpMmu.isMmio(after);
        if (mmioBefore || mmioAfter) {
            return mmioBefore == mmioAfter;
        }
        boolean mapsBefore = Pte.present(before);
        boolean mapsAfter = Pte.present(after);
        return mapsBefore == mapsAfter && (!mapsBefore || Pte.frame(before) == Pte.frame(after));
    }
}
