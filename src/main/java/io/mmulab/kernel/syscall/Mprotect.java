package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.gup.Populate;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.mm.Overcommit;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mprotect}: {@code do_mprotect_pkey()}, {@code mprotect_fixup()}. */
public final class Mprotect {
    private static final int PROT_BITS = Mman.PROT_READ | Mman.PROT_WRITE | Mman.PROT_EXEC;
    private static final int MAY_SHIFT = 4;
    private static final long UNCHARGED =
            VmFlags.ACCOUNT | VmFlags.WRITE | VmFlags.HUGETLB | VmFlags.SHARED | VmFlags.NORESERVE;

    private final Architecture architecture;
    private final ChangeProtection changeProtection;
    private final MmuGather gather;
    private final Overcommit overcommit;
    private final Populate populate;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final boolean unchargesUnfaulted;

    /** For one machine. */
    public Mprotect(Architecture architecture, KernelVersion version, ChangeProtection changeProtection,
            MmuGather gather, Overcommit overcommit, Populate populate, CurrentActor current, SimulatedClock clock) {
        this.architecture = architecture;
        this.changeProtection = changeProtection;
        this.gather = gather;
        this.overcommit = overcommit;
        this.populate = populate;
        this.current = current;
        this.clock = clock;
        this.unchargesUnfaulted = version.has(VersionRule.MPROTECT_UNCHARGES_UNFAULTED);
    }

    /**
     * Changes the rights of {@code [start, start + length)}.
     *
     * @param prot PROT_ bits of {@link Mman}
     * @return 0 or a negative {@link Errno}; on ENOMEM and EACCES what lies before the offending VMA stays changed
     */
    public long protect(AddressSpace mm, long start, long length, int prot) {
        clock.advance(architecture.costs().syscall());
        long pageSize = mm.pageSize();
        if ((start & (pageSize - 1)) != 0) {
            return Errno.EINVAL.returned();
        }
        if (length == 0) {
            return 0;
        }
        long end = start + ((length + pageSize - 1) & -pageSize);
        if (Long.compareUnsigned(end, start) <= 0) {
            return Errno.ENOMEM.returned();
        }
        if ((prot & ~PROT_BITS) != 0) {
            return Errno.EINVAL.returned();
        }
        current.get().lock(LockKind.MMAP_WRITE);
        gather.begin(false);
        long result = protectLocked(mm, start, end, prot);
        gather.finish(mm);
        current.get().unlock(LockKind.MMAP_WRITE);
        return result;
    }

    private long protectLocked(AddressSpace mm, long start, long end, int prot) {
        long at = start;
        while (Long.compareUnsigned(at, end) < 0) {
            Vma vma = mm.vmas().lookup(at);
            if (vma == null) {
                return Errno.ENOMEM.returned();
            }
            long newFlags = (vma.flags() & ~(VmFlags.ACCESS | VmFlags.EXECUTE_ONLY_KEY))
                    | Mman.vmFlags(architecture, prot);
            if ((newFlags & ~(newFlags >> MAY_SHIFT) & VmFlags.ACCESS) != 0) {
                return Errno.EACCES.returned();
            }
            long stop = Long.compareUnsigned(end, vma.end()) < 0 ? end : vma.end();
            if (newFlags != vma.flags()) {
                long error = fixup(mm, vma, at, stop, newFlags);
                if (error != 0) {
                    return error;
                }
            }
            at = stop;
        }
        return 0;
    }

    /**
     * {@code mprotect_fixup}: a private mapping that becomes writable is charged; becoming read-only uncharges memory that
     * was never written only, in the releases that do that.
     */
    private long fixup(AddressSpace mm, Vma vma, long start, long end, long newFlags) {
        long oldFlags = vma.flags();
        long pages = (end - start) / mm.pageSize();
        boolean writable = (newFlags & VmFlags.WRITE) != 0;
        if (writable && !mm.mayExpand(newFlags, pages) && mm.mayExpand(oldFlags, pages)) {
            return Errno.ENOMEM.returned();
        }
        long flags = newFlags;
        boolean charge = writable && (oldFlags & UNCHARGED) == 0;
        if (charge) {
            if (!overcommit.charge(mm, pages)) {
                return Errno.ENOMEM.returned();
            }
            flags |= VmFlags.ACCOUNT;
        } else if (!writable && unchargesUnfaulted && vma.isAnonymous() && vma.anonVma() == null) {
            flags &= ~VmFlags.ACCOUNT;
        }
        Vma changed = mm.merge().modify(vma, start, end, flags, Mmap.MAX_MAP_COUNT);
        if (changed == null) {
            overcommit.uncharge(charge ? pages : 0);
            return -mm.merge().error();
        }
        changeProtection.range(mm, changed, start, end,
                ChangeProtection.wantsManualWriteUpgrade(changed) ? ChangeProtection.TRY_CHANGE_WRITABLE : 0);
        if ((oldFlags & ~flags & VmFlags.ACCOUNT) != 0) {
            overcommit.uncharge(pages);
        }
        if (writable && (oldFlags & (VmFlags.LOCKED | VmFlags.WRITE | VmFlags.SHARED)) == VmFlags.LOCKED) {
            populate.vmaRange(mm, changed, start, end, false);
        }
        mm.accountPages(oldFlags, -pages);
        mm.accountPages(flags, pages);
        return 0;
    }
}
