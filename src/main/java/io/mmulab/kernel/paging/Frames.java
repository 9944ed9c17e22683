package io.mmulab.kernel.paging;

import java.util.Arrays;

/**
 * Physical memory: the {@code struct page} array as parallel arrays, indexed by frame number. Arrays grow with use, so that
 * a machine costs what it touches, whatever its memory size. Frame 0 does not exist; frame 1 is the zero page.
 *
 * <p>Each frame has one byte of content: enough to see whose data an access reached.
 */
public final class Frames {
    /** Returned by {@link #alloc} when memory is used up. */
    public static final int NO_FRAME = 0;
    /** The shared page of zeroes ({@code ZERO_PAGE}). */
    public static final int ZERO_PAGE = 1;

    /** {@code PageAnon}. */
    public static final byte ANON = 1;
    /** {@code PageAnonExclusive}. */
    public static final byte ANON_EXCLUSIVE = 1 << 1;
    /** {@code PageDirty}. */
    public static final byte DIRTY = 1 << 2;
    /** In the page cache of a file: the cache holds one reference. */
    public static final byte PAGE_CACHE = 1 << 3;

    private final int limit;
    private int[] refcount = new int[64];
    private int[] mapcount = new int[64];
    private byte[] flags = new byte[64];
    private byte[] content = new byte[64];
    private int[] free = new int[64];
    private int freeCount;
    private int next = 2;
    private int inUse;

    /**
     * Memory of {@code pages} base pages.
     *
     * @param pages frames that can be in use at once, zero page excluded
     */
    public Frames(int pages) {
        this.limit = pages;
        refcount[ZERO_PAGE] = 1;
    }

    /** A frame with one reference and zeroed content, or {@link #NO_FRAME}. */
    public int alloc(byte initialFlags) {
        if (inUse == limit) {
            return NO_FRAME;
        }
        int frame = freeCount > 0 ? free[--freeCount] : fresh();
        inUse++;
        refcount[frame] = 1;
        mapcount[frame] = 0;
        flags[frame] = initialFlags;
        content[frame] = 0;
        return frame;
    }

    private int fresh() {
        if (next == refcount.length) {
            int size = next * 2;
            refcount = Arrays.copyOf(refcount, size);
            mapcount = Arrays.copyOf(mapcount, size);
            flags = Arrays.copyOf(flags, size);
            content = Arrays.copyOf(content, size);
        }
        return next++;
    }

    /** {@code get_page}. */
    public void get(int frame) {
        refcount[frame]++;
    }

    /** {@code put_page}: the last reference frees the frame. */
    public void put(int frame) {
        int left = --refcount[frame];
        if (left < 0) {
            throw new IllegalStateException("frame " + frame + " put more often than got");
        }
        if (left == 0) {
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = frame;
            flags[frame] = 0;
            inUse--;
        }
    }

    /** {@code page_add_*_rmap}: one more page-table entry maps the frame. */
    public void addRmap(int frame) {
        mapcount[frame]++;
    }

    /** {@code page_remove_rmap}. */
    public void removeRmap(int frame) {
        if (--mapcount[frame] < 0) {
            throw new IllegalStateException("frame " + frame + " unmapped more often than mapped");
        }
    }

    /** {@code page_count}. */
    public int refcount(int frame) {
        return refcount[frame];
    }

    /** {@code page_mapcount}. */
    public int mapcount(int frame) {
        return mapcount[frame];
    }

    /** Whether all bits of {@code mask} are set. */
    public boolean has(int frame, byte mask) {
        return (flags[frame] & mask) == mask;
    }

    /** Sets flag bits. */
    public void set(int frame, byte mask) {
        flags[frame] |= mask;
    }

    /** Clears flag bits. */
    public void clear(int frame, byte mask) {
        flags[frame] &= (byte) ~mask;
    }

    /** The frame's byte. */
    public byte content(int frame) {
        return content[frame];
    }

    /** Writes the frame's byte. */
    public void write(int frame, byte value) {
        if (frame == ZERO_PAGE) {
            throw new IllegalStateException("a write reached the zero page");
        }
        content[frame] = value;
    }

    /** Frames in use, zero page excluded. */
    public int inUse() {
        return inUse;
    }

    /** One past the highest frame number ever used. */
    public int highest() {
        return next;
    }
}
