package io.mmulab.kernel.paging;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Physical memory: the {@code struct page} array as parallel arrays, indexed by frame number. Arrays grow with use, so that
 * a machine costs what it touches, whatever its memory size. Frame 0 does not exist; frame 1 is the zero page.
 *
 * <p>A compound page (a folio of more than one page) is a run of {@code 2^order} frames, aligned to its size; references are
 * counted at its head, mappings at each page and, for mappings of the whole by one huge entry, at the head.
 *
 * <p>Of a frame's content the first byte is in an array of its own: it is the one that shows whose data an access reached, and
 * nearly every access is to it. What is behind it is kept only for frames where it is not zero.
 */
public final class Frames {
    /** Returned by {@link #alloc} when memory is used up. */
    public static final int NO_FRAME = 0;
    /** The shared page of zeroes ({@code ZERO_PAGE}). */
    public static final int ZERO_PAGE = 1;

    /** {@code PageAnon}. */
    public static final int ANON = 1;
    /** {@code PageAnonExclusive}. */
    public static final int ANON_EXCLUSIVE = 1 << 1;
    /** {@code PageDirty}. */
    public static final int DIRTY = 1 << 2;
    /** In the page cache of a file: the cache holds one reference. */
    public static final int PAGE_CACHE = 1 << 3;
    /** {@code PageHuge}: a page of a hugetlbfs pool, which gets it back when the last reference goes. */
    public static final int HUGETLB = 1 << 4;
    /** {@code PageSwapBacked}: goes to swap when it is reclaimed; cleared by MADV_FREE. */
    public static final int SWAPBACKED = 1 << 5;
    /** {@code PageSwapCache}: the swap cache holds one reference. */
    public static final int SWAPCACHE = 1 << 6;
    /** {@code PageKsm}. */
    public static final int KSM = 1 << 7;
    /** {@code PageHWPoison}. */
    public static final int HWPOISON = 1 << 8;
    /** {@code PageReferenced}. */
    public static final int REFERENCED = 1 << 9;
    /** {@code PageActive}. */
    public static final int ACTIVE = 1 << 10;
    /** {@code PageUnevictable}. */
    public static final int UNEVICTABLE = 1 << 11;
    /** {@code PageReadahead}: read before it was asked for. */
    public static final int READAHEAD = 1 << 12;
    /** {@code page_to_nid}: on the second memory node. */
    public static final int REMOTE_NODE = 1 << 13;

    /** {@code PageCompound}: part of a compound page. Set here only, so that a single page is known by its flags alone. */
    private static final int COMPOUND = 1 << 14;
    /** {@code is_zone_device_page}: memory of a device. */
    public static final int DEVICE = 1 << 15;
    /** Something behind the first byte is not zero. Set here only; gone with the other flags when the frame is free. */
    private static final int HAS_REST = 1 << 16;

    /** Order of the huge page of zeroes unless said otherwise: 2 MiB of 4 KiB pages. */
    private static final int PMD_ORDER = 9;
    /** Largest order of a compound page: 1 GiB of 4 KiB pages, 16 GiB of 64 KiB pages. */
    public static final int MAX_ORDER = 18;

    /** {@code GUP_PIN_COUNTING_BIAS}: references that one pin of a single page counts for. */
    private static final int PIN_BIAS = 1024;

    private final int limit;
    private final int hugeOrder;
    private int[] refcount = new int[64];
    private int[] mapcount = new int[64];
    private int[] entireMapcount = new int[64];
    private int[] head = new int[64];
    private byte[] order = new byte[64];
    private @Nullable LargeMapcount[] large = new LargeMapcount[64];
    private int[] flags = new int[64];
    private byte[] content = new byte[64];
    private @Nullable PageRest[] rest = {};
    private @Nullable Object[] mapping = new Object[64];
    private long[] index = new long[64];
    private int[] free = new int[64];
    private int freeCount;
    private final int[][] freeCompound = new int[MAX_ORDER + 1][0];
    private final int[] freeCompoundCount = new int[MAX_ORDER + 1];
    private int[] pincount = {};
    private int[] deviceOwner = {};
    private int next = 2;
    private int inUse;
    private int hugeZeroPage;
    private HugetlbPool hugetlbPool = head -> {
        throw new IllegalStateException("huge page " + head + " of no pool");
    };

    /** Owns the pages marked {@link #HUGETLB}. */
    public interface HugetlbPool {
        /** {@code free_huge_folio}: the last reference of a huge page is gone. */
        void free(int head);
    }

    /**
     * Memory of {@code pages} base pages.
     *
     * @param pages frames that can be in use at once, zero page excluded
     */
    public Frames(int pages) {
        this(pages, PMD_ORDER);
    }

    /** As {@link #Frames(int)}; {@code hugeOrder} is log2 of the base pages of a huge page. */
    public Frames(int pages, int hugeOrder) {
        this.limit = pages;
        this.hugeOrder = hugeOrder;
        refcount[ZERO_PAGE] = 1;
    }

    /** {@code HPAGE_PMD_ORDER}: log2 of the base pages of a huge page. */
    public int hugeOrder() {
        return hugeOrder;
    }

    /**
     * {@code mm_get_huge_zero_folio}: the head of the huge page of zeroes, which is there from its first use on and counts as
     * little as the zero page; {@link #NO_FRAME} when memory is used up.
     */
    public int hugeZeroPage() {
        if (hugeZeroPage == NO_FRAME) {
            hugeZeroPage = alloc(hugeOrder, (byte) 0);
            inUse -= hugeZeroPage == NO_FRAME ? 0 : 1 << hugeOrder;
        }
        return hugeZeroPage;
    }

    /** Whether a frame is the zero page or part of the huge one ({@code is_zero_pfn}, {@code is_huge_zero_page}). */
    public boolean isZeroPage(int frame) {
        return frame == ZERO_PAGE || (hugeZeroPage != NO_FRAME && head(frame) == hugeZeroPage);
    }

    /** A frame with one reference and zeroed content, or {@link #NO_FRAME}. */
    public int alloc(int initialFlags) {
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

    /**
     * A compound page of {@code 2^order} frames with one reference and zeroed content: its head, or {@link #NO_FRAME}.
     *
     * @param initialFlags of every frame
     */
    public int alloc(int ofOrder, int initialFlags) {
        if (ofOrder == 0) {
            return alloc(initialFlags);
        }
        int pages = 1 << ofOrder;
        if (inUse + pages > limit) {
            return NO_FRAME;
        }
        int first = freeCompoundCount[ofOrder] > 0 ? freeCompound[ofOrder][--freeCompoundCount[ofOrder]]
                : freshCompound(pages);
        inUse += pages;
        for (int frame = first; frame < first + pages; frame++) {
            mapcount[frame] = 0;
            flags[frame] = initialFlags | COMPOUND;
            content[frame] = 0;
            head[frame] = first;
        }
        refcount[first] = 1;
        entireMapcount[first] = 0;
        order[first] = (byte) ofOrder;
        large[first] = new LargeMapcount();
        return first;
    }

    private int freshCompound(int pages) {
        while ((next & (pages - 1)) != 0) {
            pushFree(fresh());
        }
        int first = next;
        for (int i = 0; i < pages; i++) {
            fresh();
        }
        return first;
    }

    /**
     * Makes the pages of a compound page single ones ({@code __split_huge_page}). The head's references stay with the head;
     * each other page gets as many as the caller says that it needs.
     *
     * @param tailReferences references that each tail page starts with, at least 1
     */
    public void split(int first, int tailReferences) {
        int pages = 1 << order[first];
        order[first] = 0;
        for (int frame = first; frame < first + pages; frame++) {
            flags[frame] &= ~COMPOUND;
            mapcount[frame] += entireMapcount[first];
            if (frame != first) {
                mapping[frame] = mapping[first];
                index[frame] = index[first] + (frame - first);
                refcount[frame] = tailReferences;
            }
        }
        entireMapcount[first] = 0;
        large[first] = null;
    }

    /** {@code compound_head}: the frame itself if it is not part of a compound page. */
    public int head(int frame) {
        return isCompound(frame) ? head[frame] : frame;
    }

    private boolean isCompound(int frame) {
        return (flags[frame] & COMPOUND) != 0;
    }

    /** {@code folio_order}, of a head or of any page of it. */
    public int order(int frame) {
        return isCompound(frame) ? order[head[frame]] : 0;
    }

    /** {@code folio_nr_pages}. */
    public int pages(int frame) {
        return 1 << order(frame);
    }

    /** A huge entry of an address space maps the whole compound page. */
    public void addEntireRmap(int first, int mm) {
        entireMapcount[first]++;
        large(first).add(mm, 1);
    }

    /** A huge entry that mapped the whole is gone. */
    public void removeEntireRmap(int first, int mm) {
        removeEntireRmap(first);
        large(first).subtract(mm, 1);
    }

    /** A huge entry maps a whole page of hugetlb, which is never mapped in parts: nobody asks which address spaces do. */
    public void addEntireRmap(int first) {
        entireMapcount[first]++;
    }

    /** A huge entry that mapped a page of hugetlb is gone. */
    public void removeEntireRmap(int first) {
        if (--entireMapcount[first] < 0) {
            throw new IllegalStateException("compound page " + first + " unmapped more often than mapped");
        }
    }

    /** Huge entries that map the whole. */
    public int entireMapcount(int frame) {
        return isCompound(frame) ? entireMapcount[head[frame]] : 0;
    }

    private int fresh() {
        if (next == refcount.length) {
            int size = next * 2;
            entireMapcount = Arrays.copyOf(entireMapcount, size);
            head = Arrays.copyOf(head, size);
            order = Arrays.copyOf(order, size);
            large = Arrays.copyOf(large, size);
            mapping = Arrays.copyOf(mapping, size);
            index = Arrays.copyOf(index, size);
            refcount = Arrays.copyOf(refcount, size);
            mapcount = Arrays.copyOf(mapcount, size);
            flags = Arrays.copyOf(flags, size);
            content = Arrays.copyOf(content, size);
        }
        return next++;
    }

    /** {@code page->pgmap->owner}: the device whose memory this page is, or 0. */
    public int deviceOwner(int frame) {
        return frame < deviceOwner.length ? deviceOwner[frame] : 0;
    }

    /** {@code zone_device_page_init}: the page is memory of a device until it is free. */
    public void setDeviceOwner(int frame, int device) {
        if (frame >= deviceOwner.length) {
            deviceOwner = Arrays.copyOf(deviceOwner, refcount.length);
        }
        deviceOwner[frame] = device;
        flags[frame] |= DEVICE;
    }

    /** Who gets huge pages back. */
    public void setHugetlbPool(HugetlbPool pool) {
        hugetlbPool = pool;
    }

    /** {@code folio_ref_freeze}: a huge page without users and without owner, kept in its pool. */
    public void freeze(int first) {
        refcount[first] = 0;
        mapping[first] = null;
        forgetRest(first, 1 << order[first]);
        Arrays.fill(flags, first, first + (1 << order[first]), HUGETLB | COMPOUND | (flags[first] & REMOTE_NODE));
    }

    /** {@code folio_ref_unfreeze}: a page of a pool gets its first user. */
    public void unfreeze(int first) {
        refcount[first] = 1;
    }

    /** A huge page without users leaves its pool and becomes free memory. */
    public void dissolve(int first) {
        freeCompound(first);
    }

    /**
     * {@code take_page_off_buddy}: of a compound page that was just freed, one frame is in use for good.
     *
     * @param first its head
     * @param ofOrder its order
     * @param poisoned the frame, which gets one reference and {@link #HWPOISON}
     */
    public void takeOffBuddy(int first, int ofOrder, int poisoned) {
        int[] list = freeCompound[ofOrder];
        int last = --freeCompoundCount[ofOrder];
        if (list[last] != first) {
            throw new IllegalStateException("compound page " + first + " was not just freed");
        }
        for (int frame = first; frame < first + (1 << ofOrder); frame++) {
            if (frame != poisoned) {
                pushFree(frame);
            }
        }
        inUse++;
        refcount[poisoned] = 1;
        mapcount[poisoned] = 0;
        mapping[poisoned] = null;
        flags[poisoned] = HWPOISON;
    }

    /** {@code folio_zero_user}: zeroes all pages of a compound page. */
    public void zero(int first) {
        int end = first + (1 << order[first]);
        Arrays.fill(content, first, end, (byte) 0);
        for (int frame = first; frame < Math.min(end, rest.length); frame++) {
            setRest(frame, PageRest.ZERO);
        }
    }

    /** {@code copy_user_large_folio}: copies all pages of a compound page to another of the same size. */
    public void copy(int from, int to) {
        int pages = 1 << order[from];
        System.arraycopy(content, from, content, to, pages);
        for (int i = 0; i < pages && rest.length > 0; i++) {
            setRest(to + i, rest(from + i));
        }
    }

    /** {@code get_page}. */
    public void get(int frame) {
        refcount[head(frame)]++;
    }

    /** {@code folio_ref_add}: more references at once. */
    public void get(int frame, int references) {
        refcount[head(frame)] += references;
    }

    /** {@code put_page}: the last reference frees the frame. */
    public void put(int frame) {
        int first = head(frame);
        int left = --refcount[first];
        if (left == 0) {
            free(first);
        } else if (left < 0) {
            throw new IllegalStateException("frame " + frame + " put more often than got");
        }
    }

    private void free(int first) {
        if (!isCompound(first)) {
            if ((flags[first] & (DEVICE | HAS_REST)) != 0) {
                forget(first);
            }
            flags[first] = 0;
            inUse--;
            pushFree(first);
        } else if ((flags[first] & HUGETLB) != 0) {
            hugetlbPool.free(first);
        } else {
            freeCompound(first);
        }
    }

    private void forget(int frame) {
        if ((flags[frame] & DEVICE) != 0) {
            deviceOwner[frame] = 0;
        }
        forgetRest(frame, 1);
    }

    private void forgetRest(int first, int pages) {
        if (first < rest.length) {
            Arrays.fill(rest, first, Math.min(first + pages, rest.length), null);
        }
    }

    /** {@code try_grab_folio(FOLL_PIN)}: a reference of somebody who may write to the page at any time, as a device does. */
    public void pin(int frame) {
        int first = head(frame);
        if (order[first] == 0) {
            refcount[first] += PIN_BIAS;
            return;
        }
        if (first >= pincount.length) {
            pincount = Arrays.copyOf(pincount, refcount.length);
        }
        refcount[first]++;
        pincount[first]++;
    }

    /** {@code unpin_user_page}. */
    public void unpin(int frame) {
        int first = head(frame);
        if (order[first] == 0) {
            refcount[first] -= PIN_BIAS - 1;
        } else {
            pincount[first]--;
        }
        put(first);
    }

    /** References that one pin of the frame counts for. */
    public int referencesOfPin(int frame) {
        return order[head(frame)] == 0 ? PIN_BIAS : 1;
    }

    /** {@code folio_maybe_dma_pinned}. */
    public boolean maybeDmaPinned(int frame) {
        int first = head(frame);
        return order[first] == 0 ? refcount[first] >= PIN_BIAS : first < pincount.length && pincount[first] > 0;
    }

    private void pushFree(int frame) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = frame;
    }

    private void freeCompound(int first) {
        int size = order[first];
        int pages = 1 << size;
        forgetRest(first, pages);
        Arrays.fill(flags, first, first + pages, 0);
        order[first] = 0;
        large[first] = null;
        inUse -= pages;
        int[] list = freeCompound[size];
        if (freeCompoundCount[size] == list.length) {
            list = Arrays.copyOf(list, Math.max(16, list.length * 2));
        }
        list[freeCompoundCount[size]++] = first;
        freeCompound[size] = list;
    }

    /** {@code page_add_*_rmap}: one more page-table entry of an address space maps the frame. */
    public void addRmap(int frame, int mm) {
        mapcount[frame]++;
        if (isCompound(frame)) {
            large(frame).add(mm, 1);
        }
    }

    /**
     * {@code folio_add_new_anon_rmap}: the first entry maps a single anonymous page that nobody else knows yet.
     *
     * @param at page offset in {@code anonVma}
     */
    public void addNewAnonRmap(int frame, @Nullable Object anonVma, long at) {
        mapcount[frame] = 1;
        flags[frame] |= ANON_EXCLUSIVE;
        setMapping(frame, anonVma, at);
    }

    /** {@code page_remove_rmap}. */
    public void removeRmap(int frame, int mm) {
        if (--mapcount[frame] < 0) {
            throw new IllegalStateException("frame " + frame + " unmapped more often than mapped");
        }
        if (isCompound(frame)) {
            large(frame).subtract(mm, 1);
        }
    }

    private LargeMapcount large(int frame) {
        return Objects.requireNonNull(large[head[frame]]);
    }

    /** {@code folio_mapcount}: entries that map any page of the folio that a frame is part of. */
    public int folioMapcount(int frame) {
        return isCompound(frame) ? large(frame).total() : mapcount[frame];
    }

    /** {@code folio_maybe_mapped_shared}, of the folio that a frame is part of. */
    public boolean maybeMappedShared(int frame) {
        return isCompound(frame) ? large(frame).maybeShared() : mapcount[frame] > 1;
    }

    /** {@code folio_likely_mapped_shared}, of the folio that a frame is part of: guessed by its first page. */
    public boolean likelyMappedShared(int frame) {
        int first = head(frame);
        int mappings = folioMapcount(first);
        if (order[first] == 0 || mappings <= 1) {
            return mappings > 1;
        }
        return entireMapcount[first] > 0 || mappings > 1 << order[first] || mapcount[first] > 1;
    }

    /** {@code folio_ref_count} of the page's folio. */
    public int refcount(int frame) {
        return refcount[head(frame)];
    }

    /** {@code page_mapcount}: entries that map this page, huge ones included. */
    public int mapcount(int frame) {
        return isCompound(frame) ? mapcount[frame] + entireMapcount[head[frame]] : mapcount[frame];
    }

    /** Whether all bits of {@code mask} are set. */
    public boolean has(int frame, int mask) {
        return (flags[frame] & mask) == mask;
    }

    /** {@code folio_mark_dirty} of the folio that a frame is part of. */
    public void markDirty(int frame) {
        flags[head(frame)] |= DIRTY;
    }

    /** {@code folio_test_dirty}. */
    public boolean isDirty(int frame) {
        return (flags[head(frame)] & DIRTY) != 0;
    }

    /** Those flag bits of {@code mask} that are set. */
    public int flags(int frame, int mask) {
        return flags[frame] & mask;
    }

    /** Sets flag bits. */
    public void set(int frame, int mask) {
        flags[frame] |= mask;
    }

    /** Clears flag bits. */
    public void clear(int frame, int mask) {
        flags[frame] &= ~mask;
    }

    /** As {@link #setMapping} for all pages of a folio; {@code at} is that of the first. */
    public void setFolioMapping(int first, @Nullable Object of, long at) {
        for (int i = 0; i < pages(first); i++) {
            setMapping(first + i, of, at + i);
        }
    }

    /**
     * {@code page->mapping} and {@code page->index}: what the page belongs to, so that its mappings can be found. A compound
     * page is told by its head.
     *
     * @param of the anon_vma or the file; null if it belongs to nothing
     * @param at page offset in it
     */
    public void setMapping(int frame, @Nullable Object of, long at) {
        mapping[frame] = of;
        index[frame] = at;
    }

    /** The anon_vma or the file that the page belongs to; null if none. */
    public @Nullable Object mapping(int frame) {
        return mapping[head(frame)];
    }

    /** {@code page_index}: its page offset there. */
    public long index(int frame) {
        int first = head(frame);
        return index[first] + (frame - first);
    }

    /** The frame's first byte. */
    public byte content(int frame) {
        return content[frame];
    }

    /** The byte at an offset in the frame. */
    public byte content(int frame, int offset) {
        return offset == 0 ? content[frame] : rest(frame).at(offset);
    }

    /** What the frame holds behind its first byte. */
    public PageRest rest(int frame) {
        return (flags[frame] & HAS_REST) == 0 ? PageRest.ZERO : Objects.requireNonNull(rest[frame]);
    }

    /** All that the frame holds. */
    public PageContent pageContent(int frame) {
        return new PageContent(content[frame], rest(frame));
    }

    /** {@code pages_identical} with the page of zeroes. */
    public boolean isZeroed(int frame) {
        return content[frame] == 0 && rest(frame).equals(PageRest.ZERO);
    }

    /** Writes all bytes of the frame. */
    public void fill(int frame, byte value) {
        write(frame, value, PageRest.filledWith(value));
    }

    /** Writes all that a page holds into the frame. */
    public void write(int frame, PageContent of) {
        write(frame, of.first(), of.rest());
    }

    /** As {@link #write(int, PageContent)}, for who keeps the two apart. */
    public void write(int frame, byte first, PageRest behind) {
        write(frame, first);
        setRest(frame, behind);
    }

    /** {@code copy_user_highpage}: all that one frame holds, to another. */
    public void copyContent(int from, int to) {
        write(to, content[from]);
        if (((flags[from] | flags[to]) & HAS_REST) != 0) {
            setRest(to, rest(from));
        }
    }

    /** Writes the byte at an offset in the frame. */
    public void write(int frame, int offset, byte value) {
        if (offset == 0) {
            write(frame, value);
        } else {
            refuseZeroPage(frame);
            setRest(frame, rest(frame).with(offset, value));
        }
    }

    private void setRest(int frame, PageRest of) {
        if (!of.equals(PageRest.ZERO)) {
            if (frame >= rest.length) {
                rest = Arrays.copyOf(rest, refcount.length);
            }
            rest[frame] = of;
            flags[frame] |= HAS_REST;
        } else if ((flags[frame] & HAS_REST) != 0) {
            rest[frame] = null;
            flags[frame] &= ~HAS_REST;
        }
    }

    private static void refuseZeroPage(int frame) {
        if (frame == ZERO_PAGE) {
            throw new IllegalStateException("a write reached the zero page");
        }
    }

    /** Writes the frame's first byte. */
    public void write(int frame, byte value) {
        refuseZeroPage(frame);
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
