package io.mmulab.kernel.vma;

import java.util.Arrays;

import io.mmulab.kernel.paging.Frames;

/**
 * {@code struct address_space}: the pages of a file that are in memory, by index. Open addressing, no boxing; costs what is
 * cached, whatever the file's size. A slot is empty where its frame is {@link Frames#NO_FRAME}.
 */
final class PageCache {
    private long[] indexes = new long[16];
    private int[] frames = new int[16];
    private int size;

    int get(long index) {
        return frames[slot(index)];
    }

    /** Adds a page that is not here. */
    void put(long index, int frame) {
        if (size * 2 >= indexes.length) {
            grow();
        }
        int slot = slot(index);
        size += frames[slot] == Frames.NO_FRAME ? 1 : 0;
        indexes[slot] = index;
        frames[slot] = frame;
    }

    int size() {
        return size;
    }

    void visit(MappedFile.PageVisitor visitor) {
        for (int slot = 0; slot < frames.length; slot++) {
            if (frames[slot] != Frames.NO_FRAME) {
                visitor.page(indexes[slot], frames[slot]);
            }
        }
    }

    /** Indexes of the pages, ascending. */
    long[] indexes() {
        long[] found = new long[size];
        int count = 0;
        for (int slot = 0; slot < frames.length; slot++) {
            if (frames[slot] != Frames.NO_FRAME) {
                found[count++] = indexes[slot];
            }
        }
        Arrays.sort(found);
        return found;
    }

    /** Forgets a page that is here, and moves the followers of its probe sequence up. */
    void remove(long index) {
        int gap = slot(index);
        frames[gap] = Frames.NO_FRAME;
        size--;
        int mask = indexes.length - 1;
        for (int at = (gap + 1) & mask; frames[at] != Frames.NO_FRAME; at = (at + 1) & mask) {
            int frame = frames[at];
            frames[at] = Frames.NO_FRAME;
            int slot = slot(indexes[at]);
            indexes[slot] = indexes[at];
            frames[slot] = frame;
        }
    }

    private void grow() {
        long[] oldIndexes = indexes;
        int[] oldFrames = frames;
        indexes = new long[oldIndexes.length * 2];
        frames = new int[oldFrames.length * 2];
        for (int i = 0; i < oldFrames.length; i++) {
            if (oldFrames[i] != Frames.NO_FRAME) {
                int slot = slot(oldIndexes[i]);
                indexes[slot] = oldIndexes[i];
                frames[slot] = oldFrames[i];
            }
        }
    }

    private int slot(long index) {
        int mask = indexes.length - 1;
        int slot = (int) ((index * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        while (frames[slot] != Frames.NO_FRAME && indexes[slot] != index) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
