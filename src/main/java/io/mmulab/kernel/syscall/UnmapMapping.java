package io.mmulab.kernel.syscall;

import java.util.function.IntFunction;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/** {@code unmap_mapping_range()} of {@code mm/memory.c}: takes pages of a file out of every address space that maps them. */
public final class UnmapMapping {
    private final ZapPages zap;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final IntFunction<AddressSpace> spaces;

    /**
     * For one machine.
     *
     * @param spaces address space by id
     */
    public UnmapMapping(ZapPages zap, MmuGather gather, MmuNotifiers notifiers, IntFunction<AddressSpace> spaces) {
        this.zap = zap;
        this.gather = gather;
        this.notifiers = notifiers;
        this.spaces = spaces;
    }

    /**
     * Unmaps the pages {@code [first, end)}.
     *
     * @param evenCows whether private copies go too (truncate), or stay (hole punch)
     */
    void range(MappedFile file, long first, long end, boolean evenCows) {
        for (Vma vma : file.mappings(first, end)) {
            AddressSpace mm = spaces.apply(vma.mm());
            long from = Math.max(first, vma.pgoff()) - vma.pgoff();
            long to = Math.min(end, vma.pgoff() + vma.pages()) - vma.pgoff();
            single(mm, vma, vma.start() + from * mm.pageSize(), vma.start() + to * mm.pageSize(), evenCows);
        }
    }

    /** {@code zap_page_range_single}. */
    private void single(AddressSpace mm, Vma vma, long start, long end, boolean evenCows) {
        zap.drainLru();
        gather.begin(false);
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, end,
                Cause.ZAP_PAGE_RANGE_SINGLE);
        zap.vma(mm, vma, start, end, ZapDetails.ofFile(evenCows));
        notifiers.rangeEnd(window);
        gather.finish(mm);
    }
}
