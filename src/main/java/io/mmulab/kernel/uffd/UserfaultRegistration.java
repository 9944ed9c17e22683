package io.mmulab.kernel.uffd;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.syscall.ChangeProtection;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.Mmap;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code userfaultfd_register()} and {@code userfaultfd_unregister()}: which VMAs have a context, and with which modes. */
public final class UserfaultRegistration {
    private final ChangeProtection changeProtection;
    private final MmuGather gather;
    private final CurrentActor current;
    private final boolean writeProtects;
    private final boolean keepsWriteProtection;
    private final boolean partialDoesNotMergeRight;
    private final boolean checksOwner;

    /** For one machine. */
    public UserfaultRegistration(Architecture architecture, KernelVersion version, ChangeProtection changeProtection,
            MmuGather gather, CurrentActor current) {
        this.changeProtection = changeProtection;
        this.gather = gather;
        this.current = current;
        this.writeProtects = version.isIn(architecture.entries().uffdWp());
        this.keepsWriteProtection = version.has(VersionRule.UFFD_WP_NEEDS_UNREGISTER);
        this.partialDoesNotMergeRight = version.has(VersionRule.UFFD_PARTIAL_DOES_NOT_MERGE_RIGHT);
        this.checksOwner = version.has(VersionRule.UFFD_UNREGISTER_CHECKS_OWNER);
    }

    /** {@code validate_range}. */
    static boolean isValid(AddressSpace mm, long start, long length) {
        long inPage = mm.pageSize() - 1;
        return (start & inPage) == 0 && (length & inPage) == 0 && length != 0
                && Long.compareUnsigned(start, mm.taskSize()) < 0
                && Long.compareUnsigned(length, mm.taskSize() - start) <= 0;
    }

    long register(AddressSpace mm, UserfaultfdCtx ctx, long start, long length, long modes) {
        if (modes == 0 || (modes & ~VmFlags.UFFD) != 0 || ((modes & VmFlags.UFFD_WP) != 0 && !writeProtects)
                || !isValid(mm, start, length)) {
            return Errno.EINVAL.returned();
        }
        if (!mm.isAlive()) {
            return Errno.ENOMEM.returned();
        }
        current.get().lock(LockKind.MMAP_WRITE);
        long error = checkRange(mm, ctx, start, start + length, modes);
        if (error == 0) {
            error = registerRange(mm, ctx, start, start + length, modes);
        }
        current.get().unlock(LockKind.MMAP_WRITE);
        return error;
    }

    private long checkRange(AddressSpace mm, UserfaultfdCtx ctx, long start, long end, long modes) {
        Vma vma = mm.vmas().intersecting(start, end);
        if (vma == null) {
            return Errno.EINVAL.returned();
        }
        while (vma != null) {
            long error = check(vma, ctx, modes);
            if (error != 0) {
                return error;
            }
            vma = next(mm, vma, end);
        }
        return 0;
    }

    private long check(Vma vma, UserfaultfdCtx ctx, long modes) {
        if (!canUserfault(vma, modes, ctx)) {
            return Errno.EINVAL.returned();
        }
        if (!vma.has(VmFlags.MAYWRITE)) {
            return Errno.EPERM.returned();
        }
        UserfaultfdCtx owner = vma.userfaultfdCtx();
        boolean dropsProtection = keepsWriteProtection && owner == ctx
                && (vma.flags() & VmFlags.UFFD_WP & ~modes) != 0;
        return (owner != null && owner != ctx) || dropsProtection ? Errno.EBUSY.returned() : 0;
    }

    /** {@code vma_can_userfault}: memory whose faults userfaultfd can resolve. */
    private static boolean canUserfault(Vma vma, long modes, @Nullable UserfaultfdCtx ctx) {
        boolean async = ctx != null && ctx.has(UserfaultfdCtx.FEATURE_WP_ASYNC);
        if (async && (modes & VmFlags.UFFD) == VmFlags.UFFD_WP) {
            return true;
        }
        MappedFile file = vma.file();
        return file == null || file.isMemory();
    }

    private long registerRange(AddressSpace mm, UserfaultfdCtx ctx, long start, long end, long modes) {
        for (Vma vma = mm.vmas().intersecting(start, end); vma != null;) {
            Vma done = vma;
            if (vma.userfaultfdCtx() != ctx || (vma.flags() & modes) != modes) {
                Vma changed = set(mm, vma, Math.max(start, vma.start()), Math.min(end, vma.end()), ctx, modes);
                if (changed == null) {
                    return Errno.ENOMEM.returned();
                }
                done = changed;
            }
            vma = next(mm, done, end);
        }
        return 0;
    }

    long unregister(AddressSpace mm, UserfaultfdCtx ctx, long start, long length) {
        if (!isValid(mm, start, length)) {
            return Errno.EINVAL.returned();
        }
        if (!mm.isAlive()) {
            return Errno.ENOMEM.returned();
        }
        current.get().lock(LockKind.MMAP_WRITE);
        long error = checkUnregister(mm, ctx, start, start + length);
        if (error == 0) {
            error = unregisterRange(mm, start, start + length);
        }
        current.get().unlock(LockKind.MMAP_WRITE);
        return error;
    }

    private long checkUnregister(AddressSpace mm, UserfaultfdCtx ctx, long start, long end) {
        Vma vma = mm.vmas().intersecting(start, end);
        if (vma == null) {
            return Errno.EINVAL.returned();
        }
        for (; vma != null; vma = next(mm, vma, end)) {
            boolean foreign = checksOwner && vma.userfaultfdCtx() != null && vma.userfaultfdCtx() != ctx;
            if (foreign || !canUserfault(vma, vma.flags(), ctx)) {
                return Errno.EINVAL.returned();
            }
        }
        return 0;
    }

    private long unregisterRange(AddressSpace mm, long start, long end) {
        for (Vma vma = mm.vmas().intersecting(start, end); vma != null;) {
            Vma done = vma;
            if (vma.userfaultfdCtx() != null) {
                long from = Math.max(start, vma.start());
                long to = Math.min(end, vma.end());
                resetProtection(mm, vma, from, to);
                Vma changed = set(mm, vma, from, to, null, 0);
                if (changed == null) {
                    return Errno.ENOMEM.returned();
                }
                done = changed;
            }
            vma = next(mm, done, end);
        }
        return 0;
    }

    private void resetProtection(AddressSpace mm, Vma vma, long from, long to) {
        if (vma.has(VmFlags.UFFD_WP)) {
            gather.begin(false);
            changeProtection.uffdWpRange(mm, vma, from, to, false);
            gather.finish(mm);
        }
    }

    /** {@code vma_modify_flags_uffd} and {@code userfaultfd_set_ctx}; null if VMAs are used up. */
    private @Nullable Vma set(AddressSpace mm, Vma vma, long from, long to, @Nullable UserfaultfdCtx ctx, long modes) {
        long flags = (vma.flags() & ~VmFlags.UFFD) | modes;
        if (partialDoesNotMergeRight && from > vma.start()) {
            return splitOff(mm, vma, from, to, ctx, modes);
        }
        Vma changed = mm.merge().modify(vma, from, to, flags, ctx, Mmap.MAX_MAP_COUNT);
        if (changed != null) {
            changed.setUserfaultfdCtx(ctx, modes);
        }
        return changed;
    }

    /** Before 6.4 a part that does not begin its VMA is compared with its right neighbour at the wrong file offset. */
    private static @Nullable Vma splitOff(AddressSpace mm, Vma vma, long from, long to, @Nullable UserfaultfdCtx ctx,
            long modes) {
        Vma part = mm.merge().split(vma, from, false, Mmap.MAX_MAP_COUNT);
        if (part == null || (to < part.end() && mm.merge().split(part, to, false, Mmap.MAX_MAP_COUNT) == null)) {
            return null;
        }
        part.setUserfaultfdCtx(ctx, modes);
        return part;
    }

    private static @Nullable Vma next(AddressSpace mm, Vma vma, long end) {
        return vma.end() < end ? mm.vmas().intersecting(vma.end(), end) : null;
    }
}
