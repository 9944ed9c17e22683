package io.mmulab.kernel.uffd;

import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code mfill_atomic()}: puts pages where none are, for UFFDIO_COPY and UFFDIO_ZEROPAGE. */
public final class MfillAtomic {
    private static final byte ZERO = 0;

    private final PageTableOps ops;
    private final Frames frames;
    private final FaultHandler anonVmas;
    private final CurrentActor current;

    /** For one machine. */
    public MfillAtomic(PageTableOps ops, Frames frames, FaultHandler anonVmas, CurrentActor current) {
        this.ops = ops;
        this.frames = frames;
        this.anonVmas = anonVmas;
        this.current = current;
    }

    /** 0, or a negative errno; EAGAIN if it stopped on the way. */
    long copy(AddressSpace mm, long start, long length, byte value, boolean writeProtected) {
        return fill(mm, start, length, value, writeProtected, false);
    }

    long zeroPage(AddressSpace mm, long start, long length) {
        return fill(mm, start, length, ZERO, false, true);
    }

    private long fill(AddressSpace mm, long start, long length, byte value, boolean writeProtected, boolean zeroPage) {
        if (!UserfaultRegistration.isValid(mm, start, length)) {
            return Errno.EINVAL.returned();
        }
        if (!mm.isAlive()) {
            return Errno.ESRCH.returned();
        }
        current.get().lock(LockKind.MMAP_READ);
        long result = fillLocked(mm, start, start + length, value, writeProtected, zeroPage);
        current.get().unlock(LockKind.MMAP_READ);
        return result;
    }

    private long fillLocked(AddressSpace mm, long start, long end, byte value, boolean writeProtected,
            boolean zeroPage) {
        Vma vma = mm.vmas().lookup(start);
        if (vma == null || vma.end() < end || vma.userfaultfdCtx() == null) {
            return Errno.ENOENT.returned();
        }
        MappedFile file = vma.file();
        if ((writeProtected && !vma.has(VmFlags.UFFD_WP)) || (file != null && !file.isMemory())) {
            return Errno.EINVAL.returned();
        }
        if (!vma.has(VmFlags.SHARED)) {
            anonVmas.anonVmaPrepare(mm, vma);
        }
        for (long at = start; at < end; at += mm.pageSize()) {
            long error = fillPage(mm, vma, at, value, writeProtected, zeroPage);
            if (error != 0) {
                return at > start ? Errno.EAGAIN.returned() : error;
            }
        }
        return 0;
    }

    private long fillPage(AddressSpace mm, Vma vma, long at, byte value, boolean writeProtected, boolean zeroPage) {
        long before = ops.get(mm, at);
        if (Pte.isHuge(before)) {
            return Errno.EEXIST.returned();
        }
        MappedFile file = vma.file();
        if (file != null && vma.has(VmFlags.SHARED)) {
            return fillShared(mm, vma, file, at, before, value, writeProtected);
        }
        if (file != null && vma.pageIndex(at) >= file.pages()) {
            return Errno.EFAULT.returned();
        }
        boolean marked = Pte.isMarker(before, Pte.MARKER_UFFD_WP);
        if (before != Pte.NONE && (zeroPage || !marked)) {
            return Errno.EEXIST.returned();
        }
        return zeroPage ? mapZeroPage(mm, vma, at) : fillAnonymous(mm, vma, at, value, writeProtected);
    }

    private long mapZeroPage(AddressSpace mm, Vma vma, long at) {
        current.get().lock(LockKind.PTL);
        ops.setPte(mm, at, Pte.of(Frames.ZERO_PAGE, Pte.mkyoung(vma.pageProt() | Pte.SPECIAL)));
        current.get().unlock(LockKind.PTL);
        return 0;
    }

    private long fillAnonymous(AddressSpace mm, Vma vma, long at, byte value, boolean writeProtected) {
        int frame = frames.alloc(Frames.ANON | Frames.SWAPBACKED | vma.policyFlags());
        if (frame == Frames.NO_FRAME) {
            return Errno.ENOMEM.returned();
        }
        frames.fill(frame, value);
        frames.set(frame, Frames.ANON_EXCLUSIVE);
        mm.addAnonPages(1);
        current.get().lock(LockKind.PTL);
        install(mm, vma, at, frame, writeProtected);
        current.get().unlock(LockKind.PTL);
        return 0;
    }

    /** {@code shmem_mfill_atomic_pte}: the page goes into the file, which must have a hole here. */
    private long fillShared(AddressSpace mm, Vma vma, MappedFile file, long at, long before, byte value,
            boolean writeProtected) {
        long index = vma.pageIndex(at);
        if (index >= file.pages()) {
            return Errno.EFAULT.returned();
        }
        if (!file.isHole(index) || (before != Pte.NONE && !Pte.isMarker(before, Pte.MARKER_UFFD_WP))) {
            return Errno.EEXIST.returned();
        }
        int frame = file.frame(index, frames);
        if (frame == Frames.NO_FRAME) {
            return Errno.ENOMEM.returned();
        }
        frames.fill(frame, value);
        current.get().lock(LockKind.PTL);
        frames.get(frame);
        mm.addFilePages(1, true);
        install(mm, vma, at, frame, writeProtected);
        current.get().unlock(LockKind.PTL);
        return 0;
    }

    /** {@code mfill_atomic_install_pte}. */
    private void install(AddressSpace mm, Vma vma, long at, int frame, boolean writeProtected) {
        frames.addRmap(frame, mm.id());
        if (frames.has(frame, Frames.ANON)) {
            frames.setMapping(frame, vma.anonVma(), vma.pageIndex(at));
        }
        long pte = Pte.mkdirty(Pte.of(frame, vma.pageProt() | Pte.ACCESSED));
        pte = vma.has(VmFlags.WRITE) ? pte | Pte.WRITE : Pte.wrprotect(pte);
        ops.setPte(mm, at, writeProtected ? Pte.mkuffdWp(pte) : pte);
    }
}
