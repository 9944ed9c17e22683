package io.mmulab.kernel.thp;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.Vma;
import io.mmulab.kernel.vma.VmaHooks;

/** Splits huge leaves that would lie across the edge of a VMA ({@code vma_adjust_trans_huge}). */
public final class TransHugeHooks implements VmaHooks {
    private final AddressSpace mm;
    private final SplitHugePmd split;

    /** For one address space. */
    public TransHugeHooks(AddressSpace mm, SplitHugePmd split) {
        this.mm = mm;
        this.split = split;
    }

    @Override
    public void adjust(Vma vma, long start, long end, @Nullable Vma neighbour) {
        split.adjust(mm, vma, start, end, neighbour);
    }
}
