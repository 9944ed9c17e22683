package io.mmulab.kernel.syscall;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** The advices that change flags of VMAs, and split and merge them for it ({@code madvise_update_vma}). */
final class FlagAdvice implements AdviceHandler {
    private static final long KSM_REFUSES =
            VmFlags.MERGEABLE | VmFlags.SHARED | VmFlags.MAYSHARE | VmFlags.SPECIAL | VmFlags.HUGETLB;

    private final long doforkRefuses;
    private final KsmAdvice ksm;

    FlagAdvice(KernelVersion version, KsmAdvice ksm) {
        this.doforkRefuses = version.has(VersionRule.DOFORK_REFUSES_SPECIAL) ? VmFlags.SPECIAL : VmFlags.IO;
        this.ksm = ksm;
    }

    @Override
    public long advise(AddressSpace mm, Vma vma, long start, long end, int advice) {
        long error = refused(mm, vma, start, end, advice);
        if (error != 0) {
            return again(error);
        }
        long flags = newFlags(vma, advice);
        if (flags == vma.flags()) {
            return 0;
        }
        return mm.merge().modify(vma, start, end, flags, Mmap.MAX_MAP_COUNT) != null ? 0 : again(-mm.merge().error());
    }

    /** madvise says EAGAIN where the kernel itself lacks memory. */
    private static long again(long error) {
        return error == Errno.ENOMEM.returned() ? Errno.EAGAIN.returned() : error;
    }

    private long refused(AddressSpace mm, Vma vma, long start, long end, int advice) {
        boolean refused = switch (advice) {
            case Madv.DOFORK -> vma.has(doforkRefuses);
            case Madv.WIPEONFORK -> vma.file() != null || vma.has(VmFlags.SHARED);
            case Madv.KEEPONFORK -> vma.has(VmFlags.DROPPABLE);
            case Madv.DODUMP -> (!vma.has(VmFlags.HUGETLB) && vma.has(VmFlags.SPECIAL)) || vma.has(VmFlags.DROPPABLE);
            default -> false;
        };
        if (refused) {
            return Errno.EINVAL.returned();
        }
        return advice == Madv.UNMERGEABLE ? ksm.unmerge(mm, vma, start, end) : 0;
    }

    private static long newFlags(Vma vma, int advice) {
        long flags = vma.flags();
        return switch (advice) {
            case Madv.NORMAL -> flags & ~(VmFlags.RAND_READ | VmFlags.SEQ_READ);
            case Madv.SEQUENTIAL -> (flags & ~VmFlags.RAND_READ) | VmFlags.SEQ_READ;
            case Madv.RANDOM -> (flags & ~VmFlags.SEQ_READ) | VmFlags.RAND_READ;
            case Madv.DONTFORK -> flags | VmFlags.DONTCOPY;
            case Madv.DOFORK -> flags & ~VmFlags.DONTCOPY;
            case Madv.WIPEONFORK -> flags | VmFlags.WIPEONFORK;
            case Madv.KEEPONFORK -> flags & ~VmFlags.WIPEONFORK;
            case Madv.DONTDUMP -> flags | VmFlags.DONTDUMP;
            case Madv.DODUMP -> flags & ~VmFlags.DONTDUMP;
            case Madv.MERGEABLE -> vma.has(KSM_REFUSES) ? flags : flags | VmFlags.MERGEABLE;
            case Madv.UNMERGEABLE -> flags & ~VmFlags.MERGEABLE;
            case Madv.HUGEPAGE -> (flags & ~VmFlags.NOHUGEPAGE) | VmFlags.HUGEPAGE;
            case Madv.NOHUGEPAGE -> (flags & ~VmFlags.HUGEPAGE) | VmFlags.NOHUGEPAGE;
            default -> throw new IllegalArgumentException("advice " + advice + " changes no flags");
        };
    }
}
