package io.mmulab.kernel.syscall;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.vma.Vma;

/** Transparent huge pages in the way of mremap. */
public final class HugeMoves implements MovePageTables.HugeEntries {
    private final HugePmds huge;
    private final SplitHugePmd split;

    /** For one machine. */
    public HugeMoves(HugePmds huge, SplitHugePmd split) {
        this.huge = huge;
        this.split = split;
    }

    @Override
    public boolean moveHugePmd(AddressSpace mm, Vma vma, long from, long to) {
        return huge.move(mm, from, to);
    }

    @Override
    public void splitHugePmd(AddressSpace mm, Vma vma, long address) {
        split.split(mm, vma, address);
    }
}
