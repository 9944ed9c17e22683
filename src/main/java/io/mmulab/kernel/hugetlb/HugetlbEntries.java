package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.HugePteOps;
import io.mmulab.kernel.vma.Vma;

/** Entries for pages that are mapped for the first time. */
final class HugetlbEntries {
    private final HugePteOps ops;
    private final Frames frames;

    HugetlbEntries(HugePteOps ops, Frames frames) {
        this.ops = ops;
        this.frames = frames;
    }

    /** {@code make_huge_pte}. */
    long make(Vma vma, int head, boolean writable) {
        long prot = Pte.mkyoung(vma.pageProt());
        return ops.make(head, HugetlbInode.of(vma).pageSize(), writable ? ops.mkwriteDirty(prot) : Pte.wrprotect(prot));
    }

    /** {@code hugetlb_add_new_anon_rmap} but for the count: the folio is one VMA's own. */
    void markAnon(HugeFolio folio, Vma vma, long page) {
        folio.restoreReserve = false;
        moveAnonRmap(folio.head, vma, page);
        for (int frame = folio.head; frame < folio.head + frames.pages(folio.head); frame++) {
            frames.set(frame, Frames.ANON);
        }
        frames.set(folio.head, Frames.ANON_EXCLUSIVE);
    }

    /** {@code folio_move_anon_rmap}: only this VMA's family can map the folio any more. */
    void moveAnonRmap(int head, Vma vma, long page) {
        frames.setMapping(head, vma.anonVma(), vma.pageIndex(page));
    }
}
