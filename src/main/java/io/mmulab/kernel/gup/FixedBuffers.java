package io.mmulab.kernel.gup;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * Registered buffers of io_uring: pages that the kernel holds pinned for writing as long as a process wishes. A process has
 * one ring, made when it first registers; fork shares it with the child.
 */
public final class FixedBuffers implements FrameHolder {
    private static final long EBUSY = 16;
    private static final long EFAULT = 14;
    private static final long EINVAL = 22;
    private static final long EOPNOTSUPP = 95;
    private static final long EBADF = 9;
    private static final long ENXIO = 6;
    private static final int FOLL = Foll.WRITE | Foll.LONGTERM | Foll.PIN;
    private static final long MAX_LENGTH = 1L << 30;

    private final GetUserPages gup;
    private final boolean pinsWithoutRetry;
    private final boolean callsWithoutRing;
    private final Map<Integer, Ring> rings = new HashMap<>();

    /** {@code struct io_ring_ctx}. */
    private static final class Ring {
        private int @Nullable [] pages;
        private int users = 1;
    }

    /** For one machine. */
    public FixedBuffers(KernelVersion version, GetUserPages gup) {
        this.gup = gup;
        this.pinsWithoutRetry = version.has(VersionRule.IO_PIN_HOLDS_MMAP_LOCK);
        this.callsWithoutRing = version.has(VersionRule.IO_REGISTER_WITHOUT_RING);
    }

    /**
     * {@code IORING_REGISTER_BUFFERS} of one buffer.
     *
     * @return 0 or a negative errno
     */
    public long register(AddressSpace mm, long address, long length) {
        Ring ring = rings.computeIfAbsent(mm.id(), id -> new Ring());
        if (ring.pages != null) {
            return -EBUSY;
        }
        if (length == 0 || Long.compareUnsigned(length, MAX_LENGTH) > 0) {
            return -EFAULT;
        }
        long pageSize = mm.pageSize();
        long start = address & -pageSize;
        int count = (int) ((((address + length + pageSize - 1) & -pageSize) - start) / pageSize);
        int[] pages = new int[count];
        long error = pin(mm, start, count, pages);
        if (error == 0) {
            ring.pages = pages;
        }
        return error;
    }

    /** {@code io_pin_pages}. */
    private long pin(AddressSpace mm, long start, int count, int[] pages) {
        if (pinsWithoutRetry) {
            mm.setHasPinned();
        }
        long got = pinsWithoutRetry ? gup.pages(mm, start, count, FOLL, pages, 0)
                : gup.fast(mm, start, count, FOLL, pages);
        long error = got == count ? refused(mm, start, count) : got < 0 ? got : -EFAULT;
        if (error != 0) {
            for (int i = 0; i < got; i++) {
                gup.put(pages[i], FOLL);
            }
        }
        return error;
    }

    /** Before 6.5 the ring itself refused files on disk, and buffers that span different files. */
    private long refused(AddressSpace mm, long start, int count) {
        if (!pinsWithoutRetry) {
            return 0;
        }
        MappedFile first = fileAt(mm, start);
        for (int i = 0; i < count; i++) {
            MappedFile file = fileAt(mm, start + i * mm.pageSize());
            if (file != first) {
                return -EINVAL;
            }
            if (file != null && file.wantsWriteNotify()) {
                return -EOPNOTSUPP;
            }
        }
        return 0;
    }

    private static @Nullable MappedFile fileAt(AddressSpace mm, long address) {
        Vma vma = mm.vmas().lookup(address);
        return vma == null ? null : vma.file();
    }

    /**
     * {@code IORING_UNREGISTER_BUFFERS}, and the ring is closed.
     *
     * @return 0; -ENXIO if nothing is registered; -EBADF if there is no ring, or -EINVAL
     */
    public long unregister(AddressSpace mm) {
        Ring ring = rings.get(mm.id());
        if (ring == null) {
            return callsWithoutRing ? -EINVAL : -EBADF;
        }
        boolean registered = ring.pages != null;
        release(ring);
        close(mm);
        return registered ? 0 : -ENXIO;
    }

    /** fork: the child has its parent's open files. */
    public void forked(AddressSpace parent, AddressSpace child) {
        Ring ring = rings.get(parent.id());
        if (ring != null) {
            ring.users++;
            rings.put(child.id(), ring);
        }
    }

    /** exit or execve: the process's ring is closed, and its pins go with the last user. */
    public void close(AddressSpace mm) {
        Ring ring = rings.remove(mm.id());
        if (ring != null && --ring.users == 0) {
            release(ring);
        }
    }

    @Override
    public void visitHeld(Visitor visitor) {
        for (Ring ring : new HashSet<>(rings.values())) {
            int[] pages = ring.pages;
            for (int i = 0; pages != null && i < pages.length; i++) {
                visitor.holds(pages[i], gup.referencesOfPin(pages[i]));
            }
        }
    }

    private void release(Ring ring) {
        int[] pages = ring.pages;
        if (pages != null) {
            for (int frame : pages) {
                gup.put(frame, FOLL);
            }
            ring.pages = null;
        }
    }
}
