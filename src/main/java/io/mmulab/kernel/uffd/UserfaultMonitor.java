package io.mmulab.kernel.uffd;

import io.mmulab.kernel.fault.FaultFlags;
import io.mmulab.kernel.fault.Userfaults;
import io.mmulab.kernel.fault.VmFault;
import io.mmulab.kernel.lock.Actor;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.UserfaultfdCtx;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code handle_userfault()}, and the thread of the process that reads its messages and resolves them: write protection is
 * removed from the page, a missing page is filled with the context's byte.
 */
final class UserfaultMonitor implements Userfaults {
    private final Userfaultfd ioctls;
    private final UserfaultLog log;
    private final CurrentActor current;
    private final Actor thread = new Actor();

    UserfaultMonitor(Userfaultfd ioctls, UserfaultLog log, CurrentActor current) {
        this.ioctls = ioctls;
        this.log = log;
        this.current = current;
    }

    @Override
    public int handle(AddressSpace mm, Vma vma, long address, int flags, long reason) {
        UserfaultfdCtx ctx = vma.userfaultfdCtx();
        if (ctx == null || ctx.has(UserfaultfdCtx.FEATURE_SIGBUS) || (flags & FaultFlags.ALLOW_RETRY) == 0) {
            return VmFault.SIGBUS;
        }
        if ((flags & FaultFlags.RETRY_NOWAIT) != 0) {
            return VmFault.RETRY;
        }
        Actor faulting = current.get();
        current.set(thread);
        boolean writeProtected = reason == VmFlags.UFFD_WP;
        long resolved = resolve(mm, ctx, address, writeProtected);
        current.set(faulting);
        log.add(new UserfaultLog.Entry(address,
                ((flags & FaultFlags.WRITE) != 0 ? UserfaultLog.FLAG_WRITE : 0)
                        | (writeProtected ? UserfaultLog.FLAG_WP : 0),
                resolved));
        return resolved == 0 ? VmFault.RETRY : VmFault.SIGBUS;
    }

    private long resolve(AddressSpace mm, UserfaultfdCtx ctx, long address, boolean writeProtected) {
        return writeProtected ? ioctls.writeProtect(ctx.id(), address, mm.pageSize(), false)
                : ioctls.copy(ctx.id(), address, mm.pageSize(), ioctls.fillByte(ctx.id()), false);
    }
}
