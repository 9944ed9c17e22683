package io.mmulab.device;

import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.gup.Foll;
import io.mmulab.kernel.gup.GetUserPages;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.secondary.MmuServices;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code hva_to_pfn()} of {@code virt/kvm/kvm_main.c}: gets the page behind a host address, as the guest's access needs it,
 * and whether the second stage may map it writable. The reference is put at once: what keeps the page is the notifier.
 */
final class HvaToPfn {
    /** {@code KVM_PFN_ERR_FAULT}. */
    static final int FAULT = -1;
    /** {@code KVM_PFN_ERR_HWPOISON}. */
    static final int HWPOISON = -2;
    private static final int NEEDS_IO = -3;
    private static final int EHWPOISON = 133;

    private final GetUserPages gup;
    private final Frames frames;
    private final boolean firstWithoutWaiting;
    private final int waiting;
    private final boolean looksForPoisonByWriting;
    private boolean writable;

    HvaToPfn(MmuServices services, KvmRules rules) {
        this.gup = services.gup();
        this.frames = services.frames();
        this.firstWithoutWaiting = rules.faultsWithoutWaitingFirst();
        this.waiting = firstWithoutWaiting && services.version().has(VersionRule.KVM_FAULT_INTERRUPTIBLE)
                ? Foll.INTERRUPTIBLE : 0;
        this.looksForPoisonByWriting = services.version().has(VersionRule.KVM_LOOKS_FOR_POISON_BY_WRITING);
    }

    /**
     * {@code __kvm_faultin_pfn}: on x86-64 first without waiting for I/O, so that the guest could do something else
     * meanwhile; then, as it has not asked for that, with.
     *
     * @return the frame, {@link #FAULT} or {@link #HWPOISON}
     */
    int faultin(AddressSpace mm, Slot slot, long hostAddress, boolean write) {
        writable = false;
        int result = NEEDS_IO;
        if (firstWithoutWaiting) {
            result = resolve(mm, slot, hostAddress, write, Foll.NOWAIT);
        }
        return result == NEEDS_IO ? resolve(mm, slot, hostAddress, write, waiting) : result;
    }

    /** Whether the page of the last {@link #faultin} may be mapped writable. */
    boolean isWritable() {
        return writable;
    }

    private int resolve(AddressSpace mm, Slot slot, long hostAddress, boolean write, int foll) {
        boolean mayMapWritable = !slot.readOnly();
        int page = write || mayMapWritable ? fast(mm, hostAddress) : Frames.NO_FRAME;
        if (page == Frames.NO_FRAME) {
            page = slow(mm, hostAddress, write, mayMapWritable, foll);
        }
        if (page > 0) {
            return page;
        }
        if (page == -EHWPOISON || (poisonIsLookedFor(foll) && hasPoison(mm, hostAddress))) {
            return HWPOISON;
        }
        Vma vma = mm.vmas().lookup(hostAddress);
        boolean waitingMayHelp = vma != null && vma.has(VmFlags.READ) && (!write || vma.has(VmFlags.WRITE));
        return (foll & Foll.NOWAIT) != 0 && waitingMayHelp ? NEEDS_IO : FAULT;
    }

    /** {@code hva_to_pfn_fast}: a writable entry, for a read too. */
    private int fast(AddressSpace mm, long hostAddress) {
        int frame = gup.fastOnly(mm, hostAddress, Foll.WRITE);
        if (frame != Frames.NO_FRAME) {
            frames.put(frame);
            writable = true;
        }
        return frame;
    }

    /** {@code hva_to_pfn_slow}: as GUP finds it, and writable if the entry has become so. */
    private int slow(AddressSpace mm, long hostAddress, boolean write, boolean mayMapWritable, int foll) {
        writable = mayMapWritable && write;
        int flags = foll | Foll.HWPOISON | (write ? Foll.WRITE : 0);
        int page = gup.unlocked(mm, hostAddress, flags);
        if (page <= 0) {
            return page;
        }
        frames.put(page);
        int upgraded = !write && mayMapWritable ? fast(mm, hostAddress) : Frames.NO_FRAME;
        return upgraded == Frames.NO_FRAME ? page : upgraded;
    }

    private boolean poisonIsLookedFor(int foll) {
        return looksForPoisonByWriting && (foll & Foll.NOWAIT) == 0;
    }

    /** {@code check_user_page_hwpoison}: a write fault, whatever the guest wanted. */
    private boolean hasPoison(AddressSpace mm, long hostAddress) {
        int page = gup.locked(mm, hostAddress, Foll.HWPOISON | Foll.WRITE);
        if (page > 0) {
            frames.put(page);
        }
        return page == -EHWPOISON;
    }
}
