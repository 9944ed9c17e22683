package io.mmulab.kernel.uffd;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.fault.Userfaults;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.syscall.ChangeProtection;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * The system call userfaultfd and the ioctls of its file. A context that is named but was never made, or that belongs to an
 * address space that is gone, is refused as the kernel refuses it.
 */
public final class Userfaultfd {
    private final List<Open> contexts = new ArrayList<>();
    private final UserfaultRegistration registration;
    private final MfillAtomic mfill;
    private final MovePages movePages;
    private final boolean moves;
    private final ChangeProtection changeProtection;
    private final MmuGather gather;
    private final CurrentActor current;
    private final long availableFeatures;
    private final boolean writeProtectsAcrossVmas;
    private final UserfaultMonitor monitor;

    private record Open(UserfaultfdCtx ctx, AddressSpace mm, byte fill) {}

    /** For one machine. */
    public Userfaultfd(Architecture architecture, KernelVersion version, UserfaultRegistration registration,
            MfillAtomic mfill, MovePages movePages, ChangeProtection changeProtection, MmuGather gather,
            UserfaultLog log,
            CurrentActor current) {
        this.registration = registration;
        this.mfill = mfill;
        this.movePages = movePages;
        this.moves = version.has(VersionRule.UFFD_MOVE);
        this.changeProtection = changeProtection;
        this.gather = gather;
        this.current = current;
        this.availableFeatures = UserfaultFeatures.available(architecture, version);
        this.writeProtectsAcrossVmas = version.has(VersionRule.UFFD_WP_ACROSS_VMAS);
        this.monitor = new UserfaultMonitor(this, log, current);
    }

    /** Where faults of registered VMAs go. */
    public Userfaults userfaults() {
        return monitor;
    }

    /** {@code UFFDIO_API} answers this: the features of the kernel. */
    public long availableFeatures() {
        return availableFeatures;
    }

    /**
     * {@code userfaultfd()} and {@code UFFDIO_API}, with a thread that resolves what comes.
     *
     * @param features what is asked for; more than the kernel has is EINVAL
     * @param fill what every byte of a page holds that the thread supplies
     * @return number of the context, from 1, or a negative errno
     */
    public long open(AddressSpace mm, long features, byte fill) {
        if ((features & ~availableFeatures) != 0) {
            return Errno.EINVAL.returned();
        }
        long enabled = (features & UserfaultfdCtx.FEATURE_WP_ASYNC) != 0
                ? features | UserfaultfdCtx.FEATURE_WP_UNPOPULATED
                : features;
        contexts.add(new Open(new UserfaultfdCtx(contexts.size() + 1, mm.id(), enabled), mm, fill));
        return contexts.size();
    }

    /** From now on the thread of a context supplies pages of this byte; returns 0 or a negative errno. */
    public long answer(int context, byte fill) {
        Open open = find(context);
        if (open == null) {
            return Errno.EINVAL.returned();
        }
        contexts.set(context - 1, new Open(open.ctx, open.mm, fill));
        return 0;
    }

    /**
     * {@code UFFDIO_REGISTER} of {@code [start, start + length)}.
     *
     * @param modes {@link VmFlags#UFFD_MISSING}, {@link VmFlags#UFFD_WP}
     */
    public long register(int context, long start, long length, long modes) {
        Open open = find(context);
        return open == null ? Errno.EINVAL.returned() : registration.register(open.mm, open.ctx, start, length, modes);
    }

    /** {@code UFFDIO_UNREGISTER}. */
    public long unregister(int context, long start, long length) {
        Open open = find(context);
        return open == null ? Errno.EINVAL.returned() : registration.unregister(open.mm, open.ctx, start, length);
    }

    /**
     * {@code UFFDIO_COPY}: fills missing pages, each byte of them with a value.
     *
     * @param writeProtected whether the pages come write-protected
     */
    public long copy(int context, long start, long length, byte value, boolean writeProtected) {
        Open open = find(context);
        return open == null ? Errno.EINVAL.returned() : mfill.copy(open.mm, start, length, value, writeProtected);
    }

    /** {@code UFFDIO_ZEROPAGE}. */
    public long zeroPage(int context, long start, long length) {
        Open open = find(context);
        return open == null ? Errno.EINVAL.returned() : mfill.zeroPage(open.mm, start, length);
    }

    /**
     * {@code UFFDIO_MOVE} of the caller's own pages.
     *
     * @param allowHoles whether missing pages of the source are passed over
     */
    public long move(AddressSpace caller, int context, long to, long from, long length, boolean allowHoles) {
        Open open = find(context);
        if (open == null || !moves || !caller.equals(open.mm) || !UserfaultRegistration.isValid(caller, to, length)
                || !UserfaultRegistration.isValid(caller, from, length)) {
            return Errno.EINVAL.returned();
        }
        return movePages.move(caller, open.ctx, to, from, length, allowHoles);
    }

    /** {@code UFFDIO_WRITEPROTECT}. */
    public long writeProtect(int context, long start, long length, boolean on) {
        Open open = find(context);
        if (open == null || !UserfaultRegistration.isValid(open.mm, start, length)) {
            return Errno.EINVAL.returned();
        }
        if (!open.mm.isAlive()) {
            return Errno.ESRCH.returned();
        }
        current.get().lock(LockKind.MMAP_READ);
        long result = writeProtectRange(open.mm, start, start + length, on);
        current.get().unlock(LockKind.MMAP_READ);
        return result;
    }

    /** {@code mwriteprotect_range}: VMA by VMA, in older releases within one VMA only. */
    private long writeProtectRange(AddressSpace mm, long start, long end, boolean on) {
        long result = Errno.ENOENT.returned();
        Vma vma = mm.vmas().intersecting(start, end);
        if (!writeProtectsAcrossVmas && (vma == null || vma.start() > start || vma.end() < end)) {
            return result;
        }
        while (vma != null) {
            if (!vma.has(VmFlags.UFFD_WP)) {
                return Errno.ENOENT.returned();
            }
            uffdWpRange(mm, vma, Math.max(start, vma.start()), Math.min(end, vma.end()), on);
            result = 0;
            vma = vma.end() < end ? mm.vmas().intersecting(vma.end(), end) : null;
        }
        return result;
    }

    private void uffdWpRange(AddressSpace mm, Vma vma, long start, long end, boolean on) {
        gather.begin(false);
        changeProtection.uffdWpRange(mm, vma, start, end, on);
        gather.finish(mm);
    }

    byte fillByte(int context) {
        return contexts.get(context - 1).fill;
    }

    private @Nullable Open find(int context) {
        return context < 1 || context > contexts.size() ? null : contexts.get(context - 1);
    }
}
