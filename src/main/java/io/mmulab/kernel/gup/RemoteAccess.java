package io.mmulab.kernel.gup;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.fault.PageFault.StackGrowth;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;

/**
 * One process reads or writes the memory of another, or its own, through the kernel: {@code /proc/PID/mem} and
 * {@code process_vm_readv()}, {@code process_vm_writev()}. One byte at a time.
 */
public final class RemoteAccess {
    private static final long EIO = 5;
    private static final long EFAULT = 14;
    private static final long ONE_BYTE = 1;

    private final GetUserPages gup;
    private final Frames frames;
    private final StackGrowth stackGrowth;
    private final CurrentActor current;
    private final int memForce;
    private final int[] page = new int[1];
    private byte lastValue;

    /** For one machine. */
    public RemoteAccess(KernelVersion version, GetUserPages gup, Frames frames, StackGrowth stackGrowth,
            CurrentActor current) {
        this.gup = gup;
        this.frames = frames;
        this.stackGrowth = stackGrowth;
        this.current = current;
        this.memForce = version.has(VersionRule.PROC_MEM_FORCES) ? Foll.FORCE : 0;
    }

    /** The byte that the last access read or wrote, if it went through. */
    public byte lastValue() {
        return lastValue;
    }

    /**
     * {@code mem_rw} of {@code /proc/PID/mem}: rights of the VMA do not count, where the release is built so.
     *
     * @return 1, the bytes transferred, or -EIO
     */
    public long procMem(AddressSpace target, long address, boolean write, byte value) {
        current.get().lock(LockKind.MMAP_READ);
        boolean mapped = target.vmas().lookup(address) != null || stackGrowth.expand(target, address) != null;
        int foll = Foll.REMOTE | Foll.TOUCH | Foll.GET | memForce | (write ? Foll.WRITE : 0);
        long got = mapped ? gup.pages(target, address, 1, foll, page, 0) : 0;
        if (got == ONE_BYTE) {
            transfer(target, address, write, value, foll);
        }
        current.get().unlock(LockKind.MMAP_READ);
        return got == ONE_BYTE ? ONE_BYTE : -EIO;
    }

    /**
     * {@code process_vm_rw_single_vec}: pins the page meanwhile.
     *
     * @return 1, the bytes transferred, or -EFAULT
     */
    public long processVm(AddressSpace target, long address, boolean write, byte value) {
        int foll = Foll.REMOTE | Foll.TOUCH | Foll.PIN | (write ? Foll.WRITE : 0);
        long got = gup.unlocked(target, address, 1, foll, page);
        if (got != ONE_BYTE) {
            return -EFAULT;
        }
        transfer(target, address, write, value, foll);
        return ONE_BYTE;
    }

    private void transfer(AddressSpace target, long address, boolean write, byte value, int foll) {
        int frame = page[0];
        int offset = target.offsetInPage(address);
        if (write) {
            frames.write(frame, offset, value);
            frames.set(frame, Frames.DIRTY);
        }
        lastValue = write ? value : frames.content(frame, offset);
        gup.put(frame, foll);
    }
}
