package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageTable;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mprotect}: {@code do_mprotect_pkey()}, {@code mprotect_fixup()}, {@code change_protection()}. */
public final class Mprotect {
    private static final int PROT_BITS = Mman.PROT_READ | Mman.PROT_WRITE | Mman.PROT_EXEC;
    private static final int MAY_SHIFT = 4;

    private final Architecture architecture;
    private final KernelVersion version;
    private final PageTableOps ops;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final Frames frames;
    private final CurrentActor current;
    private final SimulatedClock clock;
    private final boolean flushesOnlyChanged;

    /** For one machine. */
    public Mprotect(Architecture architecture, KernelVersion version, PageTableOps ops, MmuGather gather,
            MmuNotifiers notifiers, Frames frames, CurrentActor current, SimulatedClock clock) {
        this.architecture = architecture;
        this.version = version;
        this.ops = ops;
        this.gather = gather;
        this.notifiers = notifiers;
        this.frames = frames;
        this.current = current;
        this.clock = clock;
        this.flushesOnlyChanged =
                architecture.flushNeededOnlyOnChange() || version.has(VersionRule.ARM64_PTE_NEEDS_FLUSH);
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
        changeProtection(mm, changed, start, end);
        return 0;
    }

    /** {@code change_protection_range}: one window for each step of the upper levels that has page tables. */
    private void changeProtection(AddressSpace mm, Vma vma, long start, long end) {
        PageTable table = mm.pageTable();
        int startLevel = version.has(VersionRule.MPROTECT_WINDOW_PER_PUD) ? 2 : 1;
        long step = 1L << table.levelShift(startLevel + 1);
        for (long at = start; at < end; at = (at & -step) + step) {
            long stop = Math.min(end, (at & -step) + step);
            long populated = table.nextPopulated(at, stop, startLevel);
            if (populated < stop) {
                MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.PROTECTION_VMA, populated,
                        stop, Cause.CHANGE_PROTECTION);
                changePtes(mm, vma, populated, stop);
                notifiers.rangeEnd(window);
            }
        }
        gather.endVma(mm);
    }

    private void changePtes(AddressSpace mm, Vma vma, long start, long end) {
        PageTable table = mm.pageTable();
        boolean tryWritable = wantsManualWriteUpgrade(vma);
        for (long at = table.nextEntry(start, end); at < end; at = table.nextEntry(at + mm.pageSize(), end)) {
            current.get().lock(LockKind.PTL);
            long before = ops.get(mm, at);
            long after = Pte.modify(before, vma.pageProt());
            if (tryWritable && !Pte.write(after) && canChangeWritable(vma, after)) {
                after |= Pte.WRITE;
            }
            ops.modifyProtection(mm, at, after);
            if (!flushesOnlyChanged || needsFlush(before, after)) {
                gather.addPage(at, mm.pageSize());
            }
            current.get().unlock(LockKind.PTL);
        }
    }

    /** {@code pte_needs_flush}: an entry that the hardware could use, and whose rights changed. */
    private static boolean needsFlush(long before, long after) {
        return Pte.valid(before) && ((before ^ after) & Pte.PERMISSIONS) != 0;
    }

    /** {@code vma_wants_manual_pte_write_upgrade}. */
    private static boolean wantsManualWriteUpgrade(Vma vma) {
        if (!vma.has(VmFlags.WRITE)) {
            return false;
        }
        MappedFile file = vma.file();
        return !vma.has(VmFlags.SHARED) || (file != null && file.wantsWriteNotify());
    }

    /** {@code can_change_pte_writable}: an exclusive anonymous page, or a dirty page of a shared file. */
    private boolean canChangeWritable(Vma vma, long pte) {
        if (!Pte.valid(pte)) {
            return false;
        }
        if (vma.has(VmFlags.SHARED)) {
            return Pte.dirty(pte);
        }
        return !Pte.special(pte)
                && frames.has(Pte.frame(pte), (byte) (Frames.ANON | Frames.ANON_EXCLUSIVE));
    }
}
