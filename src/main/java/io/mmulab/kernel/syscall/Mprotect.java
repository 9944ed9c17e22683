package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mprotect}: {@code do_mprotect_pkey()}, {@code mprotect_fixup()}. */
public final class Mprotect {
    private static final int PROT_BITS = Mman.PROT_READ | Mman.PROT_WRITE | Mman.PROT_EXEC;
    private static final int MAY_SHIFT = 4;

    private final Architecture architecture;
    private final ChangeProtection changeProtection;
    private final MmuGather gather;
    private final CurrentActor current;
    private final SimulatedClock clock;

    /** For one machine. */
    public Mprotect(Architecture architecture, ChangeProtection changeProtection, MmuGather gather,
            CurrentActor current, SimulatedClock clock) {
        this.architecture = architecture;
        this.changeProtection = changeProtection;
        this.gather = gather;
        this.current = current;
        this.clock = clock;
    }

    /**
     * Changes the rights of {@code [start, start + length)}.
     *
     * @return 0 or a negative {@link Errno}; on ENOMEM and EACCES what lies before the offending VMA stays changed
     */
    public long protect(AddressSpace mm, long start, long length, int prot) {
        clock.advance(architecture.costs().syscall());
        long pageSize = mm.pageSize();
        if ((start & (pageSize - 1)) != 0 || (prot & ~PROT_BITS) != 0) {
            return Errno.EINVAL.returned();
        }
        if (length == 0) {
            return 0;
        }
        long end = start + ((length + pageSize - 1) & -pageSize);
        if (end <= start) {
            return Errno.ENOMEM.returned();
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
        while (at < end) {
            Vma vma = mm.vmas().lookup(at);
            if (vma == null) {
                return Errno.ENOMEM.returned();
            }
            long newFlags = (vma.flags() & ~VmFlags.ACCESS) | Mman.vmFlags(prot);
            if ((newFlags & ~(newFlags >> MAY_SHIFT) & VmFlags.ACCESS) != 0) {
                return Errno.EACCES.returned();
            }
            long stop = Math.min(end, vma.end());
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

    /** {@code mprotect_fixup}: a private mapping that becomes writable is charged; becoming read-only never uncharges. */
    private long fixup(AddressSpace mm, Vma vma, long start, long end, long newFlags) {
        long flags = newFlags;
        if ((flags & VmFlags.WRITE) != 0
                && (vma.flags() & (VmFlags.ACCOUNT | VmFlags.WRITE | VmFlags.SHARED | VmFlags.NORESERVE)) == 0) {
            flags |= VmFlags.ACCOUNT;
        } else if ((vma.flags() & VmFlags.ACCOUNT) != 0 && vma.isAnonymous() && vma.anonVma() == null
                && (flags & VmFlags.WRITE) == 0) {
            flags &= ~VmFlags.ACCOUNT;
        }
        Vma changed = mm.merge().modify(vma, start, end, flags, Mmap.MAX_MAP_COUNT);
        if (changed == null) {
            return Errno.ENOMEM.returned();
        }
        changeProtection.range(mm, changed, start, end,
                ChangeProtection.wantsManualWriteUpgrade(changed) ? ChangeProtection.TRY_CHANGE_WRITABLE : 0);
        return 0;
    }
}
