package io.mmulab.kernel.syscall;

import io.mmulab.kernel.arch.Architecture;
import io.mmulab.kernel.event.SimulatedClock;
import io.mmulab.kernel.lock.CurrentActor;
import io.mmulab.kernel.lock.LockKind;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** {@code msync} of {@code mm/msync.c}: the walk over VMAs; writing a file is another's. */
public final class Msync {
    private static final int ALL_FLAGS = Mman.MS_ASYNC | Mman.MS_INVALIDATE | Mman.MS_SYNC;

    private final CurrentActor current;
    private final SimulatedClock clock;
    private final long cost;
    private Writeback writeback = (file, firstPage, endPage) -> 0;

    /** Writes dirty pages of a file. */
    public interface Writeback {
        /**
         * {@code vfs_fsync_range}.
         *
         * @param firstPage index of the first page
         * @param endPage index after the last page
         * @return 0 or a negative {@link Errno}
         */
        long fsync(MappedFile file, long firstPage, long endPage);
    }

    /** For one machine. */
    public Msync(Architecture architecture, CurrentActor current, SimulatedClock clock) {
        this.current = current;
        this.clock = clock;
        this.cost = architecture.costs().syscall();
    }

    /** Who writes. */
    public void setWriteback(Writeback value) {
        writeback = value;
    }

    /**
     * Writes the shared files in {@code [start, start + length)} back.
     *
     * @param flags MS_ bits of {@link Mman}
     * @return 0 or a negative {@link Errno}; holes are passed over and reported as ENOMEM at the end
     */
    public long sync(AddressSpace mm, long start, long length, int flags) {
        clock.advance(cost);
        boolean both = (flags & Mman.MS_ASYNC) != 0 && (flags & Mman.MS_SYNC) != 0;
        if ((flags & ~ALL_FLAGS) != 0 || (start & (mm.pageSize() - 1)) != 0 || both) {
            return Errno.EINVAL.returned();
        }
        long end = start + ((length + mm.pageSize() - 1) & -mm.pageSize());
        if (Long.compareUnsigned(end, start) < 0) {
            return Errno.ENOMEM.returned();
        }
        return end == start ? 0 : walk(mm, start, end, flags);
    }

    private long walk(AddressSpace mm, long start, long end, int flags) {
        long unmapped = 0;
        long at = start;
        while (Long.compareUnsigned(at, end) < 0) {
            Vma vma = mm.vmas().find(at);
            if (vma == null) {
                return Errno.ENOMEM.returned();
            }
            if (at < vma.start()) {
                if (flags == Mman.MS_ASYNC) {
                    return Errno.ENOMEM.returned();
                }
                at = vma.start();
                unmapped = Errno.ENOMEM.returned();
                if (Long.compareUnsigned(at, end) >= 0) {
                    break;
                }
            }
            if ((flags & Mman.MS_INVALIDATE) != 0 && vma.has(VmFlags.LOCKED)) {
                return Errno.EBUSY.returned();
            }
            long stop = Math.min(end, vma.end());
            long error = (flags & Mman.MS_SYNC) != 0 ? write(vma, at, stop) : 0;
            if (error != 0) {
                return error;
            }
            at = stop;
        }
        return unmapped;
    }

    private long write(Vma vma, long start, long end) {
        MappedFile file = vma.file();
        if (file == null || !vma.has(VmFlags.SHARED)) {
            return 0;
        }
        current.get().lock(LockKind.MMAP_READ);
        current.get().unlock(LockKind.MMAP_READ);
        return writeback.fsync(file, vma.pageIndex(start), vma.pageIndex(end));
    }
}
