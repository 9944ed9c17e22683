package io.mmulab.kernel.gup;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;

/** {@code gup_fast()}: looks at the page table without locks, and takes what the entry itself allows. */
final class FastGup {
    private static final int LONGTERM_WRITE = Foll.PIN | Foll.LONGTERM | Foll.WRITE;

    private final PageTableOps ops;
    private final Frames frames;
    private final PageGrabs grabs;
    private final TouchPage touch;
    private final boolean hugeZeroIsSpecial;

    FastGup(KernelVersion version, PageTableOps ops, Frames frames, PageGrabs grabs, TouchPage touch) {
        this.ops = ops;
        this.frames = frames;
        this.grabs = grabs;
        this.touch = touch;
        this.hugeZeroIsSpecial = version.has(VersionRule.HUGE_ZERO_IS_SPECIAL);
    }

    /** {@code gup_fast_pte_range} of one page: its frame, or {@link Frames#NO_FRAME}. An old entry is as good as a young one. */
    int page(AddressSpace mm, long address, int foll) {
        long pte = ops.get(mm, address & -mm.pageSize());
        boolean special = Pte.special(pte) && (!Pte.isHuge(pte) || hugeZeroIsSpecial);
        boolean refused = (pte & Pte.EXECUTE_ONLY) != 0 || ((foll & Foll.WRITE) != 0 && !Pte.write(pte));
        if (!Pte.valid(pte) || refused || special || !isAllowed(pte, foll)
                || grabs.mustUnshare(null, pte, foll)) {
            return Frames.NO_FRAME;
        }
        grabs.grab(Pte.frame(pte), foll);
        touch.reference(Pte.frame(pte));
        return Pte.frame(pte);
    }

    /** {@code gup_fast_folio_allowed}: a long-term pin for writing must not be of a file that tracks dirty pages. */
    private boolean isAllowed(long pte, int foll) {
        int frame = Pte.frame(pte);
        return (foll & LONGTERM_WRITE) != LONGTERM_WRITE || frames.has(frame, Frames.ANON)
                || frames.has(frame, Frames.HUGETLB) || frames.has(frame, Frames.SWAPBACKED);
    }
}
