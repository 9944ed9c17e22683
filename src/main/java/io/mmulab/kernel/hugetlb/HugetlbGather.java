package io.mmulab.kernel.hugetlb;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.tlb.MmuGather;

/**
 * The mmu_gather that a hugetlb function opens by itself. Where its caller's is open too, whoever finishes first cannot know
 * what the other has changed and flushes everything ({@code mm_tlb_flush_nested()}).
 */
final class HugetlbGather {
    private final MmuGather own;
    private final MmuGather callers;

    HugetlbGather(MmuGather own, MmuGather callers) {
        this.own = own;
        this.callers = callers;
    }

    /** {@code tlb_gather_mmu_vma}. */
    MmuGather begin() {
        own.begin(false);
        return own;
    }

    /** {@code tlb_finish_mmu}. */
    void finish(AddressSpace mm) {
        if (callers.isOpen()) {
            own.finishNested(mm);
        } else {
            own.finish(mm);
        }
    }
}
