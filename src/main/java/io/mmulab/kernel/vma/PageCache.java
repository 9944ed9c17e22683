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
        indexes[slot] = index;
        frames[slot] = frame;
        size++;
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

    void clear() {
        Arrays.fill(frames, Frames.NO_FRAME);
        size = 0;
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
