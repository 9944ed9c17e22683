package io.mmulab.kernel.syscall;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** MADV_DONTNEED and MADV_DONTNEED_LOCKED ({@code madvise_dontneed_single_vma}). */
public final class ZapAdvice implements AdviceHandler {
    private final ZapPages zap;
    private final Hugetlb hugetlb;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;

    /** For one machine. */
    public ZapAdvice(ZapPages zap, Hugetlb hugetlb, MmuGather gather, MmuNotifiers notifiers) {
        this.zap = zap;
        this.hugetlb = hugetlb;
        this.gather = gather;
        this.notifiers = notifiers;
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        if (vma.has(VmFlags.HUGETLB)) {
            return hugetlbDontneed(mm, vma, start, end);
        }
        long forbidden = VmFlags.PFNMAP | (advice == Madv.DONTNEED_LOCKED ? 0 : VmFlags.LOCKED);
        if (vma.has(forbidden)) {
            return Errno.EINVAL.returned();
        }
        zap(mm, vma, start, end);
        return 0;
    }

    /** {@code zap_page_range_single} of {@code [start, end)} within a VMA, with its own flush: guards stay. */
    void zapRange(AddressSpace mm, Vma vma, long start, long end) {
        gather.begin(false);
        zap(mm, vma, start, end);
        gather.finish(mm);
    }

    private void zap(AddressSpace mm, Vma vma, long start, long end) {
        zap.drainLru();
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, start, end,
                Cause.ZAP_PAGE_RANGE_SINGLE);
        zap.vma(mm, vma, start, end, ZapDetails.DONTNEED);
        notifiers.rangeEnd(window);
    }

    /**
     * {@code madvise_dontneed_free_valid_vma} and {@code zap_page_range_single}: whole huge pages only, and flushed at once,
     * for others may be waiting for them.
     */
    private long hugetlbDontneed(AddressSpace mm, Vma vma, long start, long end) {
        long size = vma.kernelPageSize(mm.pageSize());
        if ((start & (size - 1)) != 0) {
            return Errno.EINVAL.returned();
        }
        if ((end & -size) == start) {
            return 0;
        }
        zap.drainLru();
        hugetlb.unmap().zapPageRangeSingle(gather, mm, vma, start, end & -size);
        gather.finish(mm);
        gather.begin(false);
        return 0;
    }
}
