package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.gup.GetUserPages;
import io.mmulab.kernel.gup.Populate;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.thp.HugePmds;
import io.mmulab.kernel.thp.SplitHugePmd;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.tlb.TlbFlush;

/** The system calls of one machine, put together. What others add to them, they add through the accessors here. */
public final class Syscalls {
    private final KsmAdvice ksm = new KsmAdvice();
    private final Populate populate;
    private final Munmap munmap;
    private final Mmap mmap;
    private final Mprotect mprotect;
    private final Madvise madvise;
    private final Mlock mlock;
    private final Mremap mremap;
    private final Msync msync;
    private final Mincore mincore;
    private final Brk brk;
    private final Fork fork;

    /** What all of them work on. */
    public record Parts(Architecture architecture, KernelVersion version, PageTableOps ops, HugePmds huge,
            SplitHugePmd split, Hugetlb hugetlb, Frames frames, SwapArea swap, MmuNotifiers notifiers, TlbFlush tlb,
            MmuGather gather,
            ZapPages zap,
            GetUserPages gup, ChangeProtection changeProtection, Overcommit overcommit, CurrentActor current,
            SimulatedClock clock) {}

    /** For one machine. */
    public Syscalls(Parts p) {
        populate = new Populate(p.version, p.gup, p.current);
        munmap = new Munmap(p.architecture, p.zap, p.gather, p.notifiers, p.overcommit, p.current, p.clock);
        mmap = new Mmap(p.architecture, p.version, munmap, p.hugetlb, populate, p.overcommit, p.current, p.clock);
        mprotect = new Mprotect(p.architecture, p.version, p.changeProtection, p.gather, p.overcommit, populate,
                p.current, p.clock);
        madvise = new Madvise(p.architecture, p.version, ksm, p.gather, p.current, p.clock);
        ZapAdvice zapAdvice = new ZapAdvice(p.zap, p.hugetlb, p.gather, p.notifiers);
        madvise.setHandler(Madv.DONTNEED, zapAdvice);
        madvise.setHandler(Madv.DONTNEED_LOCKED, zapAdvice);
        setPopulate();
        GuardRegions guards = new GuardRegions(p.ops, zapAdvice, p.current);
        madvise.setHandler(Madv.GUARD_INSTALL, guards);
        madvise.setHandler(Madv.GUARD_REMOVE, guards);
        mlock = new Mlock(p.architecture, populate, p.current, p.clock);
        mremap = new Mremap(p, munmap, populate, ksm);
        msync = new Msync(p.architecture, p.current, p.clock);
        mincore = new Mincore(p.architecture, p.current, p.clock);
        brk = new Brk(p.architecture, munmap, populate, p.overcommit, p.current, p.clock);
        fork = new Fork(p.architecture, p.ops, p.huge, p.split, p.hugetlb, p.frames, p.swap, p.notifiers, p.tlb,
                p.overcommit,
                p.current,
                p.clock);
    }

    /** MADV_POPULATE_READ and MADV_POPULATE_WRITE: first VMA by VMA, later as a whole. */
    private void setPopulate() {
        for (int advice : new int[] {Madv.POPULATE_READ, Madv.POPULATE_WRITE}) {
            boolean write = advice == Madv.POPULATE_WRITE;
            if (populate.madviseIsPerVma()) {
                madvise.setHandler(advice, (mm, vma, start, end, _) -> populate.madvise(mm, start, end, write));
            } else {
                madvise.setRangeHandler(advice, (mm, start, length, _) -> populate.madvise(mm, start,
                        start + ((length + mm.pageSize() - 1) & -mm.pageSize()), write));
            }
        }
    }

    /** mmap. */
    public Mmap mmap() {
        return mmap;
    }

    /** munmap, and the end of an address space. */
    public Munmap munmap() {
        return munmap;
    }

    /** mprotect. */
    public Mprotect mprotect() {
        return mprotect;
    }

    /** madvise: takes handlers of advices. */
    public Madvise madvise() {
        return madvise;
    }

    /** What madvise and mremap ask of KSM. */
    public KsmAdvice ksm() {
        return ksm;
    }

    /** mlock and its kin. */
    public Mlock mlock() {
        return mlock;
    }

    /** mremap. */
    public Mremap mremap() {
        return mremap;
    }

    /** msync: takes who writes files back. */
    public Msync msync() {
        return msync;
    }

    /** mincore. */
    public Mincore mincore() {
        return mincore;
    }

    /** brk. */
    public Brk brk() {
        return brk;
    }

    /** fork. */
    public Fork fork() {
        return fork;
    }
}
