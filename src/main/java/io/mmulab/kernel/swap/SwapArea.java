package io.mmulab.kernel.swap;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.paging.FrameHolder;
import io.mmulab.kernel.paging.Frames;
import io.mmulab.kernel.paging.PageRest;
import io.mmulab.kernel.vma.MappedFile;

/**
 * One swap device and its cache. A slot is in use while entries of page tables stand for it ({@code swap_map}) or a frame
 * in the swap cache has it; the cache holds one reference to the frame. The device is synchronous: reading and writing end
 * before the call returns ({@code SWP_SYNCHRONOUS_IO}).
 *
 * <p>Slots are numbered from 1: 0 is no slot.
 */
public final class SwapArea implements FrameHolder, MappedFile.Slots {
    /** No slot: swap is off, or full. */
    public static final int NO_SLOT = 0;
    /** Slots of the device: 128 MiB of 4 KiB pages, of which the first holds the header. */
    public static final int SLOTS = 32_767;

    /** A new device's clusters are handed out from their starts; slot 0 holds the header. */
    private static final int FIRST_SLOT = 7;

    private final Frames frames;
    private boolean on;
    private int[] entries = new int[16];
    private int[] cached = new int[16];
    private byte[] content = new byte[16];
    private @Nullable PageRest[] rest = new PageRest[16];
    private int[] slotOfFrame = new int[16];
    private int next = FIRST_SLOT;
    private int end = FIRST_SLOT;
    private int used;

    /** For one machine; off. */
    public SwapArea(Frames frames) {
        this.frames = frames;
    }

    /** Whether pages can be swapped out. */
    public boolean isOn() {
        return on;
    }

    /** {@code swapon}, or the part of {@code swapoff} that stops further use. */
    public void turn(boolean nowOn) {
        on = nowOn;
    }

    /** Slots in use. */
    public int used() {
        return used;
    }

    /** One past the highest slot ever used. */
    public int highest() {
        return end;
    }

    /**
     * {@code add_to_swap}, {@code folio_alloc_swap}: gives each page of a folio a slot and puts it into the swap cache,
     * dirty.
     *
     * @return whether there were slots
     */
    public boolean add(int head) {
        int pages = frames.pages(head);
        if (!on || used + pages > SLOTS) {
            return false;
        }
        int first = pages == 1 ? freeSlot() : freeRun(pages);
        if (first == NO_SLOT) {
            return false;
        }
        for (int i = 0; i < pages; i++) {
            used++;
            addToCache(first + i, head + i);
        }
        frames.set(head, Frames.DIRTY);
        return true;
    }

    /** Slots in a row for a large folio, the first a multiple of its size ({@code alloc_swap_scan_cluster}). */
    private int freeRun(int pages) {
        for (int first = pages; first + pages <= SLOTS + 1; first += pages) {
            int free = 0;
            while (free < pages && (first + free >= end || !isUsed(first + free))) {
                free++;
            }
            if (free == pages) {
                growTo(first + pages);
                return first;
            }
        }
        return NO_SLOT;
    }

    private void growTo(int newEnd) {
        end = Math.max(end, newEnd);
        if (end > entries.length) {
            int size = end * 2;
            entries = Arrays.copyOf(entries, size);
            cached = Arrays.copyOf(cached, size);
            content = Arrays.copyOf(content, size);
            rest = Arrays.copyOf(rest, size);
        }
    }

    private int freeSlot() {
        do {
            next = next == SLOTS ? 1 : next + 1;
        } while (next < end && isUsed(next));
        growTo(next + 1);
        return next;
    }

    private boolean isUsed(int slot) {
        return entries[slot] > 0 || cached[slot] != Frames.NO_FRAME;
    }

    /** Whether something is in a slot that can be read. */
    public boolean isReadable(int slot) {
        return slot > NO_SLOT && slot < end && entries[slot] > 0;
    }

    /** {@code add_to_swap_cache}: a frame that was just read in. */
    public void addToCache(int slot, int frame) {
        if (frame >= slotOfFrame.length) {
            slotOfFrame = Arrays.copyOf(slotOfFrame, Math.max(frame + 1, slotOfFrame.length * 2));
        }
        slotOfFrame[frame] = slot;
        cached[slot] = frame;
        frames.get(frame);
        frames.set(frame, Frames.SWAPCACHE);
    }

    /** {@code folio->swap}: the slot of a frame in the swap cache. */
    public int slotOf(int frame) {
        return slotOfFrame[frame];
    }

    /** {@code swap_cache_get_folio}: the frame that has a slot, or {@link Frames#NO_FRAME}. No reference is taken. */
    public int cachedFrame(int slot) {
        return cached[slot];
    }

    /** {@code __swap_count}: entries that stand for a slot. */
    public int entries(int slot) {
        return entries[slot];
    }

    /** {@code swap_duplicate}: one more entry stands for the slot. */
    public void duplicate(int slot) {
        entries[slot]++;
    }

    /** {@code swap_free}: one entry less; a slot that nothing uses is free. */
    public void free(int slot) {
        if (--entries[slot] < 0) {
            throw new IllegalStateException("swap slot " + slot + " freed more often than duplicated");
        }
        freeIfUnused(slot);
    }

    private void freeIfUnused(int slot) {
        if (entries[slot] == 0 && cached[slot] == Frames.NO_FRAME) {
            used--;
            rest[slot] = null;
        }
    }

    /** {@code swap_writepage}: the folio's content is on the device, the folio clean. */
    public void write(int head) {
        for (int frame = head; frame < head + frames.pages(head); frame++) {
            int slot = slotOfFrame[frame];
            content[slot] = frames.content(frame);
            rest[slot] = frames.rest(frame);
        }
        frames.clear(head, Frames.DIRTY);
    }

    /** {@code swap_read_folio}. */
    public void read(int slot, int frame) {
        PageRest behind = rest[slot];
        frames.write(frame, content[slot], behind == null ? PageRest.ZERO : behind);
    }

    /** {@code delete_from_swap_cache}: takes a folio out and puts the cache's references. */
    public void removeFromCache(int head) {
        int pages = frames.pages(head);
        for (int frame = head; frame < head + pages; frame++) {
            int slot = slotOfFrame[frame];
            cached[slot] = Frames.NO_FRAME;
            removeButKeepSlot(frame);
            freeIfUnused(slot);
            frames.put(head);
        }
    }

    /**
     * {@code folio_free_swap}: takes a folio out of the swap cache if no entry stands for its slots any more; it is dirty
     * then, since nothing else holds its content.
     *
     * @return whether it did
     */
    public boolean freeSwap(int frame) {
        int head = frames.head(frame);
        if (!frames.has(head, Frames.SWAPCACHE) || isSwapped(head)) {
            return false;
        }
        frames.set(head, Frames.DIRTY);
        removeFromCache(head);
        return true;
    }

    /** {@code folio_swapped}. */
    private boolean isSwapped(int head) {
        for (int frame = head; frame < head + frames.pages(head); frame++) {
            if (entries[slotOfFrame[frame]] > 0) {
                return true;
            }
        }
        return false;
    }

    /** Takes all frames out of the swap cache whose slots no entry stands for. */
    public void freeAll() {
        for (int slot = 1; slot < end; slot++) {
            if (cached[slot] != Frames.NO_FRAME) {
                freeSwap(cached[slot]);
            }
        }
    }

    /** {@code free_swap_and_cache}: an entry goes, and with the last one the frame that nobody maps. */
    @Override
    public void release(int slot) {
        int frame = cached[slot];
        free(slot);
        if (entries[slot] == 0 && frame != Frames.NO_FRAME && frames.folioMapcount(frame) == 0
                && !isSwapped(frames.head(frame))) {
            removeFromCache(frames.head(frame));
        }
    }

    @Override
    public int take(int slot) {
        int frame = cached[slot];
        if (frame == Frames.NO_FRAME) {
            frame = frames.alloc(Frames.SWAPBACKED);
            if (frame != Frames.NO_FRAME) {
                read(slot, frame);
                free(slot);
            }
            return frame;
        }
        frames.get(frame);
        free(slot);
        removeFromCache(frame);
        return frame;
    }

    /** {@code migrate}: another frame takes the place of one in the swap cache, with the cache's reference. */
    public void replace(int from, int to) {
        int slot = slotOfFrame[from];
        removeButKeepSlot(from);
        addToCache(slot, to);
        frames.put(from);
    }

    private void removeButKeepSlot(int frame) {
        slotOfFrame[frame] = NO_SLOT;
        frames.clear(frame, Frames.SWAPCACHE);
    }

    @Override
    public void visitHeld(Visitor visitor) {
        for (int frame : cached) {
            if (frame != Frames.NO_FRAME) {
                visitor.holds(frame, 1);
            }
        }
    }
}
