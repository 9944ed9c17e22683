package io.mmulab.kernel.lru;

/** {@code struct folio_batch}: a few frames that wait for the same thing. */
final class FolioBatch {
    private final int[] frames;
    private int count;

    FolioBatch(int capacity) {
        frames = new int[capacity];
    }

    /** Adds a frame; whether the batch is full now. */
    boolean add(int frame) {
        frames[count++] = frame;
        return count == frames.length;
    }

    int count() {
        return count;
    }

    int get(int position) {
        return frames[position];
    }

    void clear() {
        count = 0;
    }

    int occurrences(int frame) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += frames[i] == frame ? 1 : 0;
        }
        return found;
    }
}
