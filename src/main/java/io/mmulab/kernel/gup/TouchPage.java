package io.mmulab.kernel.gup;

import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PmdOps;

/** {@link Foll#TOUCH}: a page that GUP returns counts as used, and as written if it was asked for so. */
final class TouchPage {
    private final PmdOps pmds;
    private final Frames frames;
    private final Lru lru;

    TouchPage(PmdOps pmds, Frames frames, Lru lru) {
        this.pmds = pmds;
        this.frames = frames;
        this.lru = lru;
    }

    /** A PTE is left as it is, as the hardware may change it meanwhile: its page is marked. A PMD is made young, and dirty. */
    void touch(AddressSpace mm, long address, long pte, boolean write) {
        if (Pte.level(pte) == PmdOps.LEVEL) {
            touchPmd(mm, address, write);
        } else if (Pte.level(pte) == 0 && !frames.has(Pte.frame(pte), Frames.HUGETLB)) {
            if (write && !Pte.dirty(pte)) {
                frames.markDirty(Pte.frame(pte));
            }
            if (Pte.frame(pte) != Frames.ZERO_PAGE) {
                lru.markAccessed(Pte.frame(pte));
            }
        }
    }

    /** {@code touch_pmd}. */
    private void touchPmd(AddressSpace mm, long address, boolean write) {
        long start = address & -pmds.size();
        long pmd = pmds.get(mm, start);
        pmds.setAccessFlags(mm, start, Pte.mkyoung(write ? Pte.mkdirty(pmd) : pmd), write);
    }

    /** The fast path only notes that the page was referenced ({@code folio_set_referenced}). */
    void reference(int frame) {
        if (frame != Frames.ZERO_PAGE) {
            frames.set(frames.head(frame), Frames.REFERENCED);
        }
    }
}
