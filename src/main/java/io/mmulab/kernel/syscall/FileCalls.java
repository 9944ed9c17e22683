package io.mmulab.kernel.syscall;

import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.hugetlb.HugetlbFs;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.rmap.Writeback;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.VmFlags;
import io.mmulab.kernel.vma.Vma;

/** System calls on files that change what is mapped: ftruncate, fallocate, fsync, and reads and writes of one byte. */
public final class FileCalls {
    private final UnmapMapping unmap;
    private final Writeback writeback;
    private final HugetlbFs hugetlbFs;
    private final Frames frames;

    /** For one machine. */
    public FileCalls(UnmapMapping unmap, Writeback writeback, HugetlbFs hugetlbFs, Frames frames) {
        this.unmap = unmap;
        this.writeback = writeback;
        this.hugetlbFs = hugetlbFs;
        this.frames = frames;
    }

    /**
     * ftruncate. Mappings go before the pages and, for those that a racing fault brought in, once more after
     * ({@code truncate_pagecache}, {@code shmem_setattr}). A tmpfs that grows has nothing to unmap.
     *
     * @param pages new size
     */
    public long truncate(MappedFile file, long pages) {
        if (Hugetlb.isHuge(file)) {
            return hugetlbFs.truncate(file, pages) ? 0 : Errno.EINVAL.returned();
        }
        boolean unmaps = pages != file.pages() && (pages < file.pages() || file.wantsWriteNotify());
        if (unmaps) {
            unmap.range(file, pages, Long.MAX_VALUE, true);
        }
        file.truncate(pages, frames);
        if (unmaps) {
            unmap.range(file, pages, Long.MAX_VALUE, true);
        }
        return 0;
    }

    /**
     * fallocate with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE; private copies stay.
     *
     * @param first first page
     * @param pages how many; 0 is EINVAL
     */
    public long punchHole(MappedFile file, long first, long pages) {
        if (pages <= 0 || first < 0) {
            return Errno.EINVAL.returned();
        }
        if (Hugetlb.isHuge(file)) {
            hugetlbFs.punchHole(file, first, pages);
            return 0;
        }
        unmap.range(file, first, first + pages, false);
        file.punch(first, first + pages, frames);
        return 0;
    }

    /** MADV_REMOVE: a hole in the file under part of a shared mapping that could be written ({@code madvise_remove}). */
    public long madviseRemove(@SuppressWarnings("unused") AddressSpace mm, Vma vma, long start, long end,
            @SuppressWarnings("unused") int advice) {
        MappedFile file = vma.file();
        if (vma.has(VmFlags.LOCKED) || file == null) {
            return Errno.EINVAL.returned();
        }
        if (!vma.has(VmFlags.SHARED) || !vma.has(VmFlags.MAYWRITE)) {
            return Errno.EACCES.returned();
        }
        long first = vma.pageIndex(start);
        return punchHole(file, first, vma.pageIndex(end) - first);
    }

    /** fsync. */
    public long fsync(MappedFile file) {
        return fsync(file, 0, Long.MAX_VALUE);
    }

    /** {@code vfs_fsync_range} of the pages {@code [first, end)}. */
    public long fsync(MappedFile file, long first, long end) {
        writeback.write(file, first, end);
        return file.takeWriteError() ? Errno.EIO.returned() : 0;
    }

    /**
     * pread of the first byte of a page.
     *
     * @return 1, or 0 at the end of the file
     */
    public long read(MappedFile file, long page) {
        if (page >= file.pages()) {
            return 0;
        }
        if (!Hugetlb.isHuge(file) && !file.isHole(page) && file.frame(page, frames) == Frames.NO_FRAME) {
            return Errno.ENOMEM.returned();
        }
        return isPoisoned(file.cachedFrame(page)) ? Errno.EIO.returned() : 1;
    }

    private boolean isPoisoned(int frame) {
        return frame != Frames.NO_FRAME && frames.has(frame, Frames.HWPOISON);
    }

    /** The byte that {@link #read} reads: 0 in a hole and beyond the end. */
    public byte content(MappedFile file, long page) {
        if (Hugetlb.isHuge(file)) {
            return hugetlbFs.read(file, page);
        }
        int frame = file.cachedFrame(page);
        return page >= file.pages() || frame == Frames.NO_FRAME || isPoisoned(frame) ? 0 : frames.content(frame);
    }

    /** pwrite of the first byte of a page; a write beyond the end makes the file longer. hugetlbfs has no write. */
    public long write(MappedFile file, long page, byte value) {
        if (Hugetlb.isHuge(file)) {
            return Errno.EINVAL.returned();
        }
        if (page >= file.pages()) {
            file.truncate(page + 1, frames);
        }
        int frame = file.frame(page, frames);
        if (frame == Frames.NO_FRAME) {
            return Errno.ENOMEM.returned();
        }
        if (isPoisoned(frame)) {
            return Errno.EIO.returned();
        }
        frames.write(frame, value);
        frames.markDirty(frame);
        return 1;
    }
}
