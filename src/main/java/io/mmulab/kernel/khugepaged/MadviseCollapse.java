package io.mmulab.kernel.khugepaged;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.AdviceHandler;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.NotSimulatedException;
import io.mmulab.kernel.thp.ThpOrders;
import io.mmulab.kernel.thp.ThpPurpose;
import io.mmulab.kernel.vma.Vma;

/** MADV_COLLAPSE ({@code madvise_collapse()}): huge pages now, whatever the administrator says. */
public final class MadviseCollapse implements AdviceHandler {
    private final ThpOrders orders;
    private final PmdOps pmds;
    private final Lru lru;
    private final CollapseHugePage anonymous;
    private final boolean exceedNoneIsBusy;
    private final boolean acceptsShortRanges;

    /** For one machine. */
    public MadviseCollapse(KernelVersion version, PageTableOps ops, PmdOps pmds, ThpOrders orders, Frames frames,
            Lru lru, SwapArea swap, FaultHandler faults, MmuNotifiers notifiers, CurrentActor current) {
        this.orders = orders;
        this.pmds = pmds;
        this.lru = lru;
        this.anonymous = new CollapseHugePage(version, ops, pmds, frames, lru, swap, faults, notifiers, current);
        this.acceptsShortRanges = version.has(VersionRule.COLLAPSE_ACCEPTS_SHORT_RANGES);
        this.exceedNoneIsBusy = version.has(VersionRule.COLLAPSE_BUSY_FOR_USERFAULTS);
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        if (orders.allowable(mm, vma, ThpPurpose.FORCED_COLLAPSE, orders.pmdPages()) == 0) {
            return Errno.EINVAL.returned();
        }
        long size = pmds.size();
        long first = (start + size - 1) & -size;
        long stop = end & -size;
        if (first >= stop && acceptsShortRanges) {
            return 0;
        }
        lru.drain();
        ScanResult failure = ScanResult.FAIL;
        long collapsed = 0;
        for (long at = first; at < stop; at += size) {
            ScanResult result = collapse(mm, vma, at);
            if (result == ScanResult.SUCCEED || result == ScanResult.PMD_MAPPED) {
                collapsed++;
                continue;
            }
            failure = result;
            if (!result.goesOn()) {
                break;
            }
        }
        return collapsed == (stop - first) / size ? 0 : errno(failure).returned();
    }

    private ScanResult collapse(AddressSpace mm, Vma vma, long start) {
        if (!vma.isAnonymous()) {
            throw new NotSimulatedException("madvise collapse of a file");
        }
        return anonymous.scanPmd(mm, vma, start);
    }

    private Errno errno(ScanResult failure) {
        return failure == ScanResult.EXCEED_NONE_PTE && !exceedNoneIsBusy ? Errno.EINVAL : failure.errno();
    }
}
