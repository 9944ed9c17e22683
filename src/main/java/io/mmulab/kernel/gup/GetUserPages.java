package io.mmulab.kernel.gup;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.PageFault;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.Pte;
import io.mmulab.kernel.pgtable.PageTableOps;
import io.mmulab.kernel.pgtable.PmdOps;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code get_user_pages()} of {@code mm/gup.c}: looks at the page table and, where the entry does not allow the access,
 * faults the page in as the owner would, but with the kernel's rights. With {@link Foll#GET} each page that is returned
 * carries a reference and with {@link Foll#PIN} a pin, which the caller takes away.
 *
 * <p>Counts of pages are returned as in the kernel: what was reached, or a negative errno if that is nothing.
 */
public final class GetUserPages {
    private static final int EFAULT = 14;
    private static final int ENOMEM = 12;
    private static final int EBUSY = 16;
    private static final int EINVAL = 22;
    private static final int EMLINK = 31;
    private static final int EHWPOISON = 133;
    private static final int EAGAIN = 11;
    /** A page that keeps vanishing between the fault and the look, or that user space never resolves, is given up. */
    private static final int MAX_ATTEMPTS = 16;

    private final PageTableOps ops;
    private final boolean takesWholeLeaf;
    private final PageFault faults;
    private final PageGrabs grabs;
    private final FastGup fast;
    private final CurrentActor current;
    private final TouchPage touch;
    private final boolean walksHugetlb;
    private final boolean forcesHugetlb;
    private final boolean softDirty;
    private final boolean honorsNumaFaults;
    private final boolean refusesDirtyTracking;
    private final int[] single = new int[1];
    private boolean lockDropped;

    /** For one machine. */
    public GetUserPages(Architecture architecture, KernelVersion version, PageTableOps ops, PmdOps pmds,
            PageFault faults, Frames frames, Lru lru, CurrentActor current) {
        this.ops = ops;
        this.takesWholeLeaf = version.has(VersionRule.GUP_TAKES_WHOLE_LEAF);
        this.faults = faults;
        this.current = current;
        this.grabs = new PageGrabs(version, frames);
        this.touch = new TouchPage(pmds, frames, lru);
        this.fast = new FastGup(version, ops, frames, grabs, touch);
        this.walksHugetlb = version.has(VersionRule.HUGETLB_GUP_WALKS);
        this.forcesHugetlb = version.has(VersionRule.HUGETLB_FORCED_WRITE);
        this.softDirty = architecture.softDirty();
        this.honorsNumaFaults = version.has(VersionRule.GUP_HONORS_NUMA_FAULTS);
        this.refusesDirtyTracking = version.has(VersionRule.LONGTERM_PIN_REFUSES_FILES);
    }

    int referencesOfPin(int frame) {
        return grabs.referencesOfPin(frame);
    }

    /**
     * {@code get_user_page_fast_only}: without locks and without a fault; an entry that is old is as good as a young one.
     *
     * @param foll {@link Foll#WRITE} or 0
     * @return the frame, with a reference, or {@link Frames#NO_FRAME}
     */
    public int fastOnly(AddressSpace mm, long address, int foll) {
        return fast.page(mm, address, foll | Foll.GET);
    }

    /**
     * {@code get_user_pages_unlocked} of one page: takes mmap_lock for reading; a fault may drop it.
     *
     * @return the frame, with a reference; 0 if {@link Foll#NOWAIT} was asked for and the fault would have to wait; or a
     *         negative errno
     */
    public int unlocked(AddressSpace mm, long address, int foll) {
        long got = unlocked(mm, address, 1, foll | Foll.TOUCH | Foll.GET, single);
        return got == 1 ? single[0] : (int) got;
    }

    /** {@code get_user_pages} of one page: as {@link #unlocked(AddressSpace, long, int)}, while the caller holds mmap_lock. */
    public int locked(AddressSpace mm, long address, int foll) {
        long got = pages(mm, address, 1, foll | Foll.TOUCH | Foll.GET, single, 0);
        return got == 1 ? single[0] : (int) got;
    }

    /**
     * {@code internal_get_user_pages_fast}: without locks as far as that goes, then as
     * {@link #unlocked(AddressSpace, long, long, int, int[])}.
     *
     * @param foll with {@link Foll#GET} or {@link Foll#PIN}
     * @param pages receives the frames
     */
    public long fast(AddressSpace mm, long start, long count, int foll, int[] pages) {
        if ((foll & Foll.PIN) != 0) {
            mm.setHasPinned();
        }
        int done = 0;
        while (done < count) {
            int frame = fast.page(mm, start + done * mm.pageSize(), foll);
            if (frame == Frames.NO_FRAME) {
                break;
            }
            pages[done++] = frame;
        }
        if (done == count) {
            return done;
        }
        long rest = getUserPagesLocked(mm, start + done * mm.pageSize(), count - done,
                foll | Foll.TOUCH | Foll.UNLOCKABLE, pages, done);
        return rest < 0 && done > 0 ? done : rest + done;
    }

    /**
     * {@code __get_user_pages_locked} with the lock taken here.
     *
     * @param pages receives the frames; null only faults them in
     */
    public long unlocked(AddressSpace mm, long start, long count, int foll, int @Nullable [] pages) {
        return getUserPagesLocked(mm, start, count, foll | Foll.UNLOCKABLE, pages, 0);
    }

    /** {@code put_page} or {@code unpin_user_page}: gives back what {@link Foll#GET} or {@link Foll#PIN} took. */
    public void put(int frame, int foll) {
        grabs.put(frame, foll);
    }

    /** Whether the last call of {@link #pages} ended because a fault has dropped mmap_lock. */
    public boolean lockWasDropped() {
        return lockDropped;
    }

    private long getUserPagesLocked(AddressSpace mm, long start, long count, int foll, int @Nullable [] pages,
            int offset) {
        current.get().lock(LockKind.MMAP_READ);
        if ((foll & Foll.PIN) != 0) {
            mm.setHasPinned();
        }
        long done = 0;
        while (done < count) {
            long at = start + done * mm.pageSize();
            long got = pages(mm, at, count - done, foll, pages, offset + (int) done);
            done += Math.max(0, got);
            if (done < count && !lockDropped) {
                done = done == 0 ? got : done;
                break;
            }
            if (done < count) {
                got = retry(mm, start + done * mm.pageSize(), foll, pages, offset + (int) done);
                if (got != 1) {
                    done = done == 0 ? got : done;
                    break;
                }
                done++;
            }
        }
        current.get().unlock(LockKind.MMAP_READ);
        return done;
    }

    /** The page whose fault dropped the lock, until it no longer does. */
    private long retry(AddressSpace mm, long at, int foll, int @Nullable [] pages, int offset) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            long got = pages(mm, at, 1, foll | Foll.TRIED, pages, offset);
            if (!lockDropped) {
                return got;
            }
        }
        return -EFAULT;
    }

    /**
     * {@code __get_user_pages}: the caller holds mmap_lock for reading.
     *
     * @param pages receives the frames from {@code offset} on; null only faults them in
     */
    public long pages(AddressSpace mm, long start, long count, int foll, int @Nullable [] pages, int offset) {
        lockDropped = false;
        Vma vma = null;
        for (long i = 0; i < count; i++) {
            long at = start + i * mm.pageSize();
            if (vma == null || at >= vma.end()) {
                vma = mm.vmas().lookup(at);
                int error = check(vma, foll);
                if (vma == null || error != 0) {
                    return i > 0 ? i : error;
                }
            }
            int got = page(mm, vma, at, foll);
            if (got <= 0) {
                return i > 0 ? i : got;
            }
            if (pages != null) {
                pages[offset + (int) i] = got;
            }
            if (pages == null || takesWholeLeaf || vma.has(VmFlags.HUGETLB)) {
                i += restOfLeaf(mm, at, got, count - i - 1, foll, pages, offset + (int) i + 1);
            }
        }
        return count;
    }

    /** The pages after one that the same huge leaf maps are taken with it; returns how many. */
    private long restOfLeaf(AddressSpace mm, long at, int frame, long max, int foll,
            int @Nullable [] pages, int offset) {
        int level = max == 0 ? 0 : Pte.level(mm.pageTable().get(at));
        if (level == 0) {
            return 0;
        }
        long size = 1L << mm.pageTable().levelShift(level);
        long left = (size - (at & (size - 1))) / mm.pageSize() - 1;
        long taken = Math.min(left, max);
        for (int i = 0; pages != null && i < taken; i++) {
            grabs.grab(frame + 1 + i, foll);
            pages[offset + i] = frame + 1 + i;
        }
        return taken;
    }

    private int check(@Nullable Vma vma, int foll) {
        boolean populate = (foll & Foll.MADV_POPULATE) != 0;
        if (vma == null) {
            return populate ? -ENOMEM : -EFAULT;
        }
        return checkVmaFlags(vma, foll) ? 0 : populate ? -EINVAL : -EFAULT;
    }

    /** {@code check_vma_flags}. */
    boolean checkVmaFlags(Vma vma, int foll) {
        boolean force = (foll & Foll.FORCE) != 0;
        if (vma.has(VmFlags.EXECUTE_ONLY_KEY) && (foll & Foll.REMOTE) == 0) {
            return false;
        }
        if ((foll & Foll.WRITE) == 0) {
            return vma.has(VmFlags.READ) || (force && vma.has(VmFlags.MAYREAD));
        }
        if ((foll & Foll.PIN) != 0 && (foll & Foll.LONGTERM) != 0 && refusesDirtyTracking && tracksDirty(vma)) {
            return false;
        }
        return vma.has(VmFlags.WRITE) || (force && mayForceWrite(vma));
    }

    private boolean mayForceWrite(Vma vma) {
        return VmFlags.isCow(vma.flags()) && (forcesHugetlb || !vma.has(VmFlags.HUGETLB));
    }

    /** {@code vma_needs_dirty_tracking}: a shared file whose file system wants to hear of writes. */
    private static boolean tracksDirty(Vma vma) {
        MappedFile file = vma.file();
        return vma.has(VmFlags.SHARED) && file != null && file.wantsWriteNotify();
    }

    /** One page: its frame; 0 if the fault asks for another attempt; or a negative errno. */
    private int page(AddressSpace mm, Vma vma, long at, int foll) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            int frame = followPage(mm, vma, at, foll);
            if (frame != Frames.NO_FRAME && frame != -EMLINK) {
                return frame;
            }
            int error = faultinPage(mm, vma, at, foll, frame == -EMLINK);
            if (error == -EBUSY || error == -EAGAIN) {
                return 0;
            }
            if (error != 0) {
                return error;
            }
        }
        return -EFAULT;
    }

    /** {@code follow_page_pte}: the frame, {@link Frames#NO_FRAME}, or -EMLINK if it must be unshared first. */
    private int followPage(AddressSpace mm, Vma vma, long address, int foll) {
        long pte = ops.get(mm, address & -mm.pageSize());
        if (!Pte.present(pte) || (!Pte.valid(pte) && !mayFollowProtnone(vma, foll))) {
            return Frames.NO_FRAME;
        }
        boolean write = (foll & Foll.WRITE) != 0;
        int frame = Pte.frame(pte);
        if (write && !canFollowWrite(vma, pte, foll)) {
            return Frames.NO_FRAME;
        }
        if (grabs.mustUnshare(vma, pte, foll)) {
            return -EMLINK;
        }
        grabs.grab(frame, foll);
        if ((foll & Foll.TOUCH) != 0 && !walks(vma)) {
            touch.touch(mm, address, pte, write);
        }
        return frame;
    }

    /** Whether GUP has a walk of its own for the VMA ({@code follow_hugetlb_page}). */
    private boolean walks(Vma vma) {
        return walksHugetlb && vma.has(VmFlags.HUGETLB);
    }

    /** {@code gup_can_follow_protnone}. */
    private boolean mayFollowProtnone(Vma vma, int foll) {
        boolean honors = (foll & Foll.HONOR_NUMA_FAULT) != 0 || (honorsNumaFaults && (foll & Foll.FORCE) == 0);
        return !honors || !vma.has(VmFlags.ACCESS);
    }

    /** {@code can_follow_write_pte}: a read-only entry will do for FOLL_FORCE once the page is private. */
    private boolean canFollowWrite(Vma vma, long pte, int foll) {
        if (Pte.write(pte)) {
            return true;
        }
        if ((foll & Foll.FORCE) == 0 || vma.has(VmFlags.MAYSHARE | VmFlags.SHARED | VmFlags.WRITE)
                || !vma.has(VmFlags.MAYWRITE) || !grabs.isExclusiveAnon(pte)) {
            return false;
        }
        boolean softDirtyFault = softDirty && !vma.has(VmFlags.SOFTDIRTY) && !Pte.softDirty(pte);
        return !softDirtyFault && !(vma.has(VmFlags.UFFD_WP) && Pte.uffdWp(pte));
    }

    /** {@code faultin_page}: 0; -EBUSY or -EAGAIN where the fault asks to be repeated; or another errno. */
    private int faultinPage(AddressSpace mm, Vma vma, long address, int foll, boolean unshare) {
        int flags = faultFlags(foll) | (unshare ? FaultFlags.UNSHARE : 0);
        int result = walks(vma) ? faults.hugetlbFault(mm, vma, address, flags)
                : faults.handleMmFault(mm, vma, address, flags);
        if ((result & VmFault.COMPLETED) != 0) {
            lockDropped = true;
            return -EAGAIN;
        }
        if ((result & VmFault.OOM) != 0) {
            return -ENOMEM;
        }
        if ((result & (VmFault.HWPOISON | VmFault.HWPOISON_LARGE)) != 0) {
            return (foll & Foll.HWPOISON) != 0 ? -EHWPOISON : -EFAULT;
        }
        if (VmFault.isError(result)) {
            return -EFAULT;
        }
        if ((result & VmFault.RETRY) == 0) {
            return 0;
        }
        lockDropped = (flags & FaultFlags.RETRY_NOWAIT) == 0;
        return -EBUSY;
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
