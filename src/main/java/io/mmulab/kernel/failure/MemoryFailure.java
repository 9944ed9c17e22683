package io.mmulab.kernel.failure;

import java.util.Objects;

import io.mmulab.kernel.design.KernelVersion;
import io.mmulab.kernel.design.VersionRule;
import io.mmulab.kernel.hugetlb.Hugetlb;
import io.mmulab.kernel.lru.Lru;
import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.reclaim.SplitFolio;
import io.mmulab.kernel.reclaim.TryToUnmap;
import io.mmulab.kernel.rmap.Writeback;
import io.mmulab.kernel.swap.SwapArea;
import io.mmulab.kernel.syscall.Errno;
import io.mmulab.kernel.vma.MappedFile;
import io.mmulab.kernel.vma.Vma;

/**
 * {@code memory_failure()}: a page that has failed is taken from all that map it, which find a poisoned entry from then on;
 * who was at it may get a signal; and the page is never used again: the reference that the caller had stays.
 */
public final class MemoryFailure implements FrameHolder {
    /** No signal. */
    public static final long NOBODY = -1;

    private final Victims victims;
    private final SplitFolio split;
    private final TryToUnmap unmap;
    private final Writeback writeback;
    private final PoisonedFrames poisoned;
    private final Hugetlb hugetlb;
    private final Frames frames;
    private final Lru lru;
    private final SwapArea swap;
    private final boolean actionRequired;
    private final boolean handlesKsm;
    private long killedAt = NOBODY;

    /** What it works on. */
    public record Parts(KernelVersion version, Victims victims, SplitFolio split, TryToUnmap unmap,
            Writeback writeback, PoisonedFrames poisoned, Hugetlb hugetlb, Frames frames, Lru lru,
            SwapArea swap) {}

    /** For one machine. */
    public MemoryFailure(Parts p) {
        this.victims = p.victims;
        this.split = p.split;
        this.unmap = p.unmap;
        this.writeback = p.writeback;
        this.poisoned = p.poisoned;
        this.hugetlb = p.hugetlb;
        this.frames = p.frames;
        this.lru = p.lru;
        this.swap = p.swap;
        this.actionRequired = p.version.has(VersionRule.HWPOISON_ACTION_REQUIRED);
        this.handlesKsm = p.version.has(VersionRule.HWPOISON_HANDLES_KSM);
    }

    /** Where the process that asked got a SIGBUS with BUS_MCEERR_AR since this was asked last, or {@link #NOBODY}. */
    public long takeKilledAt() {
        long address = killedAt;
        killedAt = NOBODY;
        return address;
    }

    /**
     * A page fails.
     *
     * @param current address space of the process that asked
     * @param address where it has the page
     * @param frame with one reference, which is taken over
     * @return 0 or a negative {@link Errno}: EHWPOISON if it had failed before, EBUSY if not all could be done
     */
    long fail(AddressSpace current, long address, int frame) {
        if (frames.has(frames.head(frame), Frames.HUGETLB)) {
            return huge(current, address, frame) ? 0 : Errno.EBUSY.returned();
        }
        if (frames.has(frame, Frames.HWPOISON)) {
            boolean gone = actionRequired && !kill(victims.accessing(current, frame));
            frames.put(frame);
            return gone ? 0 : Errno.EHWPOISON.returned();
        }
        frames.set(frame, Frames.HWPOISON);
        if (frame == Frames.ZERO_PAGE) {
            return Errno.EBUSY.returned();
        }
        if (frames.order(frame) > 0 && !split.splitAt(frame)) {
            return unsplit(current, frame);
        }
        poisoned.add(frame);
        lru.drain();
        return userMappings(current, frame) && contain(frame) ? 0 : Errno.EBUSY.returned();
    }

    /** {@code try_memory_failure_hugetlb}. */
    private boolean huge(AddressSpace current, long address, int frame) {
        int head = frames.head(frame);
        Vma vma = Objects.requireNonNull(current.vmas().lookup(address));
        frames.set(head, Frames.HWPOISON);
        hugetlb.poison().unmap(vma, address, head);
        boolean unmapped = frames.mapcount(head) == 0;
        if (actionRequired && (frames.isDirty(head) || !unmapped)) {
            kill(address & -current.pageSize());
        }
        boolean contained = unmapped && hugetlb.poison().contain(frame);
        if (frames.refcount(frame) > 0) {
            poisoned.add(frame);
        }
        return contained;
    }

    /** A large folio that others hold: {@code kill_procs_now}. */
    private long unsplit(AddressSpace current, int frame) {
        boolean kills = actionRequired;
        if (kills) {
            kill(victims.mapping(current, frame));
        }
        frames.put(frame);
        return (kills ? Errno.EHWPOISON : Errno.EBUSY).returned();
    }

    private boolean kill(long address) {
        if (address != NOBODY && killedAt == NOBODY) {
            killedAt = address;
        }
        return address != NOBODY;
    }

    /** {@code hwpoison_user_mappings}: whether nobody maps the page any more. */
    private boolean userMappings(AddressSpace current, int frame) {
        if (frames.mapcount(frame) == 0) {
            return true;
        }
        if (frames.has(frame, Frames.KSM) && !handlesKsm) {
            return false;
        }
        long address = actionRequired ? victims.mapping(current, frame) : NOBODY;
        boolean keepsData = frames.has(frame, Frames.SWAPCACHE) || isCleanOnDisk(frame);
        unmap.unmap(frame, TryToUnmap.IGNORE_MLOCK | (keepsData ? 0 : TryToUnmap.HWPOISON));
        boolean unmapped = frames.mapcount(frame) == 0;
        if (frames.isDirty(frame) || !unmapped) {
            kill(address);
        }
        return unmapped;
    }

    /** Whether a page of a file can be read again; that it is dirty in a page table is found out on the way. */
    private boolean isCleanOnDisk(int frame) {
        if (frames.isDirty(frame) || !(frames.mapping(frame) instanceof MappedFile file) || !file.wantsWriteNotify()) {
            return false;
        }
        if (writeback.mkclean(frame)) {
            frames.markDirty(frame);
        }
        return !frames.isDirty(frame);
    }

    /** {@code identify_page_state}, {@code page_action}: whether the page is recovered, or will be. */
    private boolean contain(int frame) {
        if (frames.has(frame, Frames.SWAPCACHE)) {
            return inSwapCache(frame);
        }
        if (frames.has(frame, Frames.ANON) || frames.has(frame, Frames.KSM)) {
            return true;
        }
        return frames.mapping(frame) instanceof MappedFile file && ofFile(file, frame);
    }

    /** {@code me_swapcache_dirty}, {@code me_swapcache_clean}. */
    private boolean inSwapCache(int frame) {
        boolean dirty = frames.isDirty(frame);
        if (dirty) {
            frames.clear(frame, Frames.DIRTY);
        } else {
            swap.removeFromCache(frame);
        }
        return frames.refcount(frame) == (dirty ? 2 : 1);
    }

    /** {@code me_pagecache_dirty}, {@code me_pagecache_clean}: memory itself keeps the page, for all to stumble over. */
    private boolean ofFile(MappedFile file, int frame) {
        if (frames.isDirty(frame) && file.wantsWriteNotify()) {
            file.setWriteError();
        }
        if (file.isMemory()) {
            return frames.refcount(frame) == 2;
        }
        file.remove(frames.index(frame), frames);
        return frames.refcount(frame) == 1;
    }

    @Override
    public void visitHeld(Visitor visitor) {
        poisoned.visitHeld(visitor);
    }
}
