package io.mmulab.kernel.reclaim;

import java.util.Arrays;

/** Frame numbers, the last one first. */
final class IntStack {
    private int[] values = new int[64];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    void push(int value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = value;
    }

    int pop() {
        return values[--count];
    }
}
