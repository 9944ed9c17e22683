package io.mmulab.kernel.failure;

import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.migrate.Migration;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.reclaim.SplitFolio;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.syscall.NotSimulatedException;
import io.mmulab.kernel.vma.MappedFile;

/** {@code soft_offline_page()}: a page that may fail soon is moved elsewhere, and its frame never used again. */
public final class SoftOffline {
    private final Migration migration;
    private final SplitFolio split;
    private final PoisonedFrames poisoned;
    private final Frames frames;
    private final Lru lru;

    /** For one machine. */
    public SoftOffline(Migration migration, SplitFolio split, PoisonedFrames poisoned, Frames frames, Lru lru) {
        this.migration = migration;
        this.split = split;
        this.poisoned = poisoned;
        this.frames = frames;
        this.lru = lru;
    }

    /**
     * Takes a page out of use.
     *
     * @param frame with one reference, which is taken over
     * @return 0, also if it is out of use already, or a negative {@link Errno}
     */
    long takeOut(int frame) {
        if (frames.has(frame, Frames.HUGETLB)) {
            frames.put(frame);
            throw new NotSimulatedException("soft offline of pages of hugetlbfs");
        }
        if (frames.has(frame, Frames.HWPOISON)) {
            frames.put(frame);
            return 0;
        }
        if (frames.isZeroPage(frame) || (frames.order(frame) > 0 && !split.splitAt(frame))) {
            frames.put(frame);
            return Errno.EBUSY.returned();
        }
        lru.drain();
        if (!isInvalidated(frame)) {
            int node = frames.has(frame, Frames.REMOTE_NODE) ? 1 : 0;
            frames.put(frame);
            if (!migration.moveOut(frame, node)) {
                return Errno.EBUSY.returned();
            }
        }
        frames.set(frame, Frames.HWPOISON);
        poisoned.add(frame);
        return 0;
    }

    /** {@code invalidate_inode_page}: a clean page of a file that nothing maps is just dropped. */
    private boolean isInvalidated(int frame) {
        if (!(frames.mapping(frame) instanceof MappedFile file) || frames.isDirty(frame) || frames.mapcount(frame) > 0
                || frames.refcount(frame) != 2) {
            return false;
        }
        file.remove(frames.index(frame), frames);
        return true;
    }
}
