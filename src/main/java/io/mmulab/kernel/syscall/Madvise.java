package io.mmulab.kernel.syscall;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code madvise}: {@code do_madvise()}. Knows the checks and the walk over VMAs; what an advice does is a handler's, one
 * an advice.
 */
public final class Madvise {
    private final KernelVersion version;
    private final MmuGather gather;
    private final boolean flushesOnce;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private final @Nullable AdviceHandler[] handlers = new AdviceHandler[Madv.COUNT];
    private final @Nullable RangeAdviceHandler[] rangeHandlers = new RangeAdviceHandler[Madv.COUNT];

    /** For one machine. */
    public Madvise(Architecture architecture, KernelVersion version, KsmAdvice ksm, MmuGather gather,
            CurrentActor current, SimulatedClock clock) {
        this.version = version;
        this.gather = gather;
        this.flushesOnce = version.has(VersionRule.MADVISE_FLUSHES_ONCE);
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
        FlagAdvice flags = new FlagAdvice(version, ksm);
        for (int advice : new int[] {Madv.NORMAL, Madv.RANDOM, Madv.SEQUENTIAL, Madv.DONTFORK, Madv.DOFORK,
            Madv.WIPEONFORK, Madv.KEEPONFORK, Madv.DONTDUMP, Madv.DODUMP, Madv.MERGEABLE, Madv.UNMERGEABLE,
            Madv.HUGEPAGE, Madv.NOHUGEPAGE}) {
            handlers[advice] = flags;
        }
    }

    /** Who does an advice, VMA by VMA; replaces who did it before. */
    public void setHandler(int advice, AdviceHandler handler) {
        handlers[advice] = handler;
    }

    /** Who does an advice as a whole, before the VMAs are walked; replaces who did it before. */
    public void setRangeHandler(int advice, RangeAdviceHandler handler) {
        rangeHandlers[advice] = handler;
    }

    /**
     * Advises about {@code [start, start + length)}.
     *
     * @return 0 or a negative {@link Errno}; holes are skipped and reported as ENOMEM at the end
     */
    public long advise(AddressSpace mm, long start, long length, int advice) {
        clock.advance(cost);
        boolean guard = advice == Madv.GUARD_INSTALL || advice == Madv.GUARD_REMOVE;
        if (!Madv.isKnown(advice) && !(guard && version.has(VersionRule.GUARD_REGIONS))) {
            return Errno.EINVAL.returned();
        }
        long pageSize = mm.pageSize();
        long rounded = (length + pageSize - 1) & -pageSize;
        if ((start & (pageSize - 1)) != 0 || (length != 0 && rounded == 0)
                || Long.compareUnsigned(start + rounded, start) < 0) {
            return Errno.EINVAL.returned();
        }
        return rounded == 0 ? 0 : run(mm, start, length, start + rounded, advice);
    }

    /**
     * {@code process_madvise} of one range of another address space, or of the own one.
     *
     * @return the bytes advised about, or a negative {@link Errno}
     */
    public long process(AddressSpace caller, AddressSpace target, long start, long length, int advice) {
        boolean remote = !caller.equals(target) || !version.has(VersionRule.PROCESS_MADVISE_SELF_FREELY);
        boolean harmless = advice == Madv.COLD || advice == Madv.PAGEOUT || advice == Madv.WILLNEED
                || advice == Madv.COLLAPSE;
        if (remote && !harmless) {
            return Errno.EINVAL.returned();
        }
        if (remote && !caller.limits().isPrivileged()) {
            return Errno.EPERM.returned();
        }
        long result = advise(target, start, length, advice);
        return result == 0 ? length : result;
    }

    private long run(AddressSpace mm, long start, long length, long end, int advice) {
        RangeAdviceHandler whole = rangeHandlers[advice];
        if (whole != null) {
            return whole.advise(mm, start, length, advice);
        }
        AdviceHandler handler = handlers[advice];
        if (handler == null) {
            throw new NotSimulatedException("madvise with advice " + advice);
        }
        LockKind lock = handler instanceof FlagAdvice ? LockKind.MMAP_WRITE : LockKind.MMAP_READ;
        current.get().lock(lock);
        boolean gathersAll = handler.gathers() && flushesOnce;
        if (gathersAll) {
            gather.begin(false);
        }
        long result = walk(mm, start, end, advice, handler);
        if (gathersAll) {
            gather.finish(mm);
        }
        current.get().unlock(lock);
        return result;
    }

    /** {@code madvise_walk_vmas}. */
    private long walk(AddressSpace mm, long start, long end, int advice, AdviceHandler handler) {
        long unmapped = 0;
        long at = start;
        while (Long.compareUnsigned(at, end) < 0) {
            Vma vma = mm.vmas().find(at);
            if (vma == null) {
                return Errno.ENOMEM.returned();
            }
            if (vma.start() > at) {
                unmapped = Errno.ENOMEM.returned();
                at = vma.start();
                if (Long.compareUnsigned(at, end) >= 0) {
                    break;
                }
            }
            long stop = Long.compareUnsigned(end, vma.end()) < 0 ? end : vma.end();
            long error = advise(mm, vma, at, stop, advice, handler);
            if (error != 0) {
                return error;
            }
            at = stop;
        }
        return unmapped;
    }

    private long advise(AddressSpace mm, Vma vma, long start, long end, int advice, AdviceHandler handler) {
        boolean gathers = handler.gathers() && !flushesOnce;
        if (gathers) {
            gather.begin(false);
        }
        long error = handler.advise(mm, vma, start, end, advice);
        if (gathers) {
            gather.finish(mm);
        }
        return error;
    }
}
