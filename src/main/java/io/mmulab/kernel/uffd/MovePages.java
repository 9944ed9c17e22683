package io.mmulab.kernel.uffd;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.fault.FaultHandler;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code move_pages()} of {@code mm/userfaultfd.c}: UFFDIO_MOVE gives exclusive pages another address, without a copy. */
public final class MovePages {
    private static final long SAME = VmFlags.ACCESS | VmFlags.LOCKED;

    private final PageTableOps ops;
    private final Frames frames;
    private final MmuNotifiers notifiers;
    private final FaultHandler anonVmas;
    private final CurrentActor current;

    /** For one machine. */
    public MovePages(PageTableOps ops, Frames frames, MmuNotifiers notifiers, FaultHandler anonVmas,
            CurrentActor current) {
        this.ops = ops;
        this.frames = frames;
        this.notifiers = notifiers;
        this.anonVmas = anonVmas;
        this.current = current;
    }

    /** 0, or a negative errno; EAGAIN if it stopped on the way. */
    long move(AddressSpace mm, UserfaultfdCtx ctx, long to, long from, long length, boolean allowHoles) {
        current.get().lock(LockKind.MMAP_READ);
        long result = moveLocked(mm, ctx, to, from, length, allowHoles);
        current.get().unlock(LockKind.MMAP_READ);
        return result;
    }

    private long moveLocked(AddressSpace mm, UserfaultfdCtx ctx, long to, long from, long length, boolean allowHoles) {
        Vma source = mm.vmas().lookup(from);
        Vma target = mm.vmas().lookup(to);
        if (source == null || target == null) {
            return Errno.ENOENT.returned();
        }
        if (!isValid(source, from + length) || !isValid(target, to + length)
                || ((source.flags() ^ target.flags()) & SAME) != 0 || !source.has(VmFlags.WRITE)
                || !ctx.equals(target.userfaultfdCtx())) {
            return Errno.EINVAL.returned();
        }
        anonVmas.anonVmaPrepare(mm, target);
        for (long offset = 0; offset < length; offset += mm.pageSize()) {
            long error = movePage(mm, target, to + offset, from + offset, allowHoles);
            if (error != 0) {
                return offset > 0 ? Errno.EAGAIN.returned() : error;
            }
        }
        return 0;
    }

    private static boolean isValid(@Nullable Vma vma, long end) {
        return vma != null && end <= vma.end() && vma.isAnonymous();
    }

    private long movePage(AddressSpace mm, Vma target, long to, long from, boolean allowHoles) {
        MmuNotifierRange window = notifiers.rangeStart(mm.subscriptions(), EventType.CLEAR, from, from + mm.pageSize(),
                Cause.UFFD_MOVE_PAGES);
        long error = movePte(mm, target, to, from, allowHoles);
        notifiers.rangeEnd(window);
        return error;
    }

    private long movePte(AddressSpace mm, Vma target, long to, long from, boolean allowHoles) {
        if (ops.get(mm, to) != Pte.NONE) {
            return Errno.EEXIST.returned();
        }
        long pte = ops.get(mm, from);
        if (pte == Pte.NONE) {
            return allowHoles ? 0 : Errno.ENOENT.returned();
        }
        boolean zero = Pte.special(pte);
        int frame = Pte.frame(pte);
        if (!Pte.present(pte)) {
            return Errno.EFAULT.returned();
        }
        if (!zero && (frames.order(frame) != 0 || frames.maybeDmaPinned(frame)
                || !frames.has(frame, Frames.ANON_EXCLUSIVE))) {
            return Errno.EBUSY.returned();
        }
        current.get().lock(LockKind.PTL);
        ops.clearFlushNotify(mm, from);
        if (!zero) {
            frames.setMapping(frame, target.anonVma(), target.pageIndex(to));
        }
        ops.setPte(mm, to, zero ? Pte.of(Frames.ZERO_PAGE, target.pageProt() | Pte.SPECIAL | Pte.ACCESSED)
                : moved(target, frame, pte));
        current.get().unlock(LockKind.PTL);
        return 0;
    }

    private static long moved(Vma target, int frame, long pte) {
        long fresh = Pte.mksoftDirty(Pte.of(frame, target.pageProt() | Pte.ACCESSED | Pte.WRITE));
        return Pte.dirty(pte) ? Pte.mkdirty(fresh) : fresh;
    }
}
