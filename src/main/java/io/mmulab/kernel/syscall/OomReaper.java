package io.mmulab.kernel.syscall;

import io.mmulab.kernel.event.Cause;
import io.mmulab.kernel.event.EventType;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.notifier.MmuNotifierRange;
import io.mmulab.kernel.notifier.MmuNotifiers;
import io.mmulab.kernel.tlb.MmuGather;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code __oom_reap_task_mm()} of {@code mm/oom_kill.c}: takes the private memory of a process that was killed and has not
 * ended yet. The only caller of notifiers that may not wait for a subscriber.
 */
public final class OomReaper {
    private static final int MAX_OOM_REAP_RETRIES = 10;

    private final ZapPages zap;
    private final MmuGather gather;
    private final MmuNotifiers notifiers;
    private final CurrentActor current;

    /** For one machine. */
    public OomReaper(ZapPages zap, MmuGather gather, MmuNotifiers notifiers, CurrentActor current) {
        this.zap = zap;
        this.gather = gather;
        this.notifiers = notifiers;
        this.current = current;
    }

    /** {@code process_mrelease}: 0, or -EAGAIN if a subscriber would not let a VMA go. */
    public long release(AddressSpace mm) {
        return reap(mm) ? 0 : Errno.EAGAIN.returned();
    }

    /** {@code oom_reap_task}: tries again a few times; -EAGAIN if a part is left. */
    public long reapTask(AddressSpace mm) {
        for (int attempt = 0; attempt < MAX_OOM_REAP_RETRIES; attempt++) {
            if (reap(mm)) {
                return 0;
            }
        }
        return Errno.EAGAIN.returned();
    }

    private boolean reap(AddressSpace mm) {
        boolean all = true;
        current.get().lock(LockKind.MMAP_READ);
        mm.setUnstable();
        for (int i = 0; i < mm.vmas().size(); i++) {
            Vma vma = mm.vmas().at(i);
            boolean reapable = vma.isAnonymous() || !vma.has(VmFlags.SHARED);
            if (reapable && !vma.has(VmFlags.HUGETLB | VmFlags.PFNMAP)) {
                all &= reap(mm, vma);
            }
        }
        current.get().unlock(LockKind.MMAP_READ);
        return all;
    }

    private boolean reap(AddressSpace mm, Vma vma) {
        gather.begin(false);
        MmuNotifierRange window = notifiers.rangeStartNonblock(mm.subscriptions(), EventType.UNMAP, vma.start(),
                vma.end(), Cause.OOM_REAP_TASK_MM);
        if (window != null) {
            zap.vma(mm, vma, vma.start(), vma.end());
            notifiers.rangeEnd(window);
        }
        gather.finish(mm);
        return window != null;
    }
}
