package io.mmulab.kernel.gup;

import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code get_user_pages()} of {@code mm/gup.c}, one page at a time: looks at the page table and, where the entry does not
 * allow the access, faults it in as the owner would, but with the kernel's rights. Each page that is returned carries one
 * more reference, which the caller puts.
 */
public final class GetUserPages {
    private static final int EFAULT = 14;
    private static final int ENOMEM = 12;
    private static final int EHWPOISON = 133;
    private static final int EAGAIN = 11;
    /** A page that keeps vanishing between the fault and the look is given up. */
    private static final int MAX_ATTEMPTS = 16;

    private final PageTableOps ops;
    private final PageFault faults;
    private final Frames frames;
    private final CurrentActor current;

    /** For one machine. */
    public GetUserPages(PageTableOps ops, PageFault faults, Frames frames, CurrentActor current) {
        this.ops = ops;
        this.faults = faults;
        this.frames = frames;
        this.current = current;
    }

    /**
     * {@code get_user_page_fast_only}: without locks and without a fault; an entry that is old is as good as a young one.
     *
     * @param foll {@link Foll#WRITE} or 0
     * @return the frame, or {@link Frames#NO_FRAME}
     */
    public int fastOnly(AddressSpace mm, long address, int foll) {
        long pte = ops.get(mm, address);
        boolean write = (foll & Foll.WRITE) != 0;
        if (!Pte.valid(pte) || (write && !Pte.write(pte)) || Pte.special(pte)) {
            return Frames.NO_FRAME;
        }
        int frame = Pte.frame(pte);
        frames.get(frame);
        return frame;
    }

    /**
     * {@code get_user_pages_unlocked}: takes mmap_lock for reading; a fault may drop it.
     *
     * @return the frame; 0 if {@link Foll#NOWAIT} was asked for and the fault would have to wait; or a negative errno
     */
    public int unlocked(AddressSpace mm, long address, int foll) {
        current.get().lock(LockKind.MMAP_READ);
        int result = getUserPage(mm, address, foll | Foll.TOUCH | Foll.UNLOCKABLE);
        current.get().unlock(LockKind.MMAP_READ);
        return result;
    }

    /** {@code get_user_pages}: as {@link #unlocked}, while the caller holds mmap_lock. */
    public int locked(AddressSpace mm, long address, int foll) {
        return getUserPage(mm, address, foll | Foll.TOUCH);
    }

    /** {@code __get_user_pages} of one page. */
    private int getUserPage(AddressSpace mm, long address, int foll) {
        Vma vma = mm.vmas().lookup(address);
        if (vma == null || !allowed(vma, foll)) {
            return -EFAULT;
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            int frame = followPage(mm, address, foll);
            if (frame != Frames.NO_FRAME) {
                return frame;
            }
            int error = faultinPage(mm, vma, address, foll);
            if (error == -EAGAIN && (foll & Foll.NOWAIT) != 0) {
                return 0;
            }
            if (error != 0 && error != -EAGAIN) {
                return error;
            }
            if (!mm.isAlive()) {
                return -EFAULT;
            }
        }
        return -EFAULT;
    }

    /** {@code check_vma_flags}. */
    private static boolean allowed(Vma vma, int foll) {
        return vma.has((foll & Foll.WRITE) != 0 ? VmFlags.WRITE : VmFlags.READ);
    }

    /** {@code follow_page_pte}. */
    private int followPage(AddressSpace mm, long address, int foll) {
        long pte = ops.get(mm, address);
        boolean write = (foll & Foll.WRITE) != 0;
        if (!Pte.valid(pte) || (write && !Pte.write(pte))) {
            return Frames.NO_FRAME;
        }
        int frame = Pte.frame(pte);
        frames.get(frame);
        if (write && !Pte.dirty(pte)) {
            frames.markDirty(frame);
        }
        return frame;
    }

    /** {@code faultin_page}: 0, or -EAGAIN where the fault asks to be repeated, or an errno. */
    private int faultinPage(AddressSpace mm, Vma vma, long address, int foll) {
        int result = faults.handleMmFault(mm, vma, address, faultFlags(foll));
        if ((result & VmFault.OOM) != 0) {
            return -ENOMEM;
        }
        if ((result & (VmFault.HWPOISON | VmFault.HWPOISON_LARGE)) != 0) {
            return (foll & Foll.HWPOISON) != 0 ? -EHWPOISON : -EFAULT;
        }
        if (VmFault.isError(result)) {
            return -EFAULT;
        }
        return (result & VmFault.RETRY) != 0 ? -EAGAIN : 0;
    }

    private static int faultFlags(int foll) {
        int flags = (foll & Foll.WRITE) != 0 ? FaultFlags.WRITE : 0;
        if ((foll & Foll.REMOTE) != 0) {
            flags |= FaultFlags.REMOTE;
        }
        if ((foll & Foll.UNLOCKABLE) != 0) {
            flags |= FaultFlags.ALLOW_RETRY | FaultFlags.KILLABLE;
            if ((foll & Foll.INTERRUPTIBLE) != 0) {
                flags |= FaultFlags.INTERRUPTIBLE;
            }
        }
        if ((foll & Foll.NOWAIT) != 0) {
            flags |= FaultFlags.ALLOW_RETRY | FaultFlags.RETRY_NOWAIT;
        }
        if ((foll & Foll.TRIED) != 0) {
            flags |= FaultFlags.TRIED;
        }
        return flags;
    }
}
