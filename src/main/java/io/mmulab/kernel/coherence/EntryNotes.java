package io.mmulab.kernel.coherence;

import java.util.Arrays;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.mmulab.kernel.mm.AddressSpace;
import io.mmulab.kernel.secondary.SecondaryMmu;

/** Notes on pages, in columns, reused from operation to operation. */
final class EntryNotes {
    private @Nullable SecondaryMmu[] devices = new SecondaryMmu[16];
    private AddressSpace[] mms = new AddressSpace[16];
    private long[] addresses = new long[16];
    private int[] frames = new int[16];
    private boolean[] writable = new boolean[16];
    private int size;

    /** An entry that mapped {@code pages} pages from {@code address} changed. */
    void addChanged(AddressSpace mm, long address, int pages) {
        add(null, mm, address, pages, false);
    }

    void add(@Nullable SecondaryMmu device, AddressSpace mm, long address, int frame, boolean mayWrite) {
        if (size == addresses.length) {
            int larger = size * 2;
            devices = Arrays.copyOf(devices, larger);
            mms = Arrays.copyOf(mms, larger);
            addresses = Arrays.copyOf(addresses, larger);
            frames = Arrays.copyOf(frames, larger);
            writable = Arrays.copyOf(writable, larger);
        }
        devices[size] = device;
        mms[size] = mm;
        addresses[size] = address;
        frames[size] = frame;
        writable[size] = mayWrite;
        size++;
    }

    void clear() {
        Arrays.fill(devices, 0, size, null);
        size = 0;
    }

    int size() {
        return size;
    }

    SecondaryMmu device(int i) {
        return Objects.requireNonNull(devices[i]);
    }

    AddressSpace mm(int i) {
        return mms[i];
    }

    long address(int i) {
        return addresses[i];
    }

    int frame(int i) {
        return frames[i];
    }

    /** Pages of a changed entry: they share a column with the frames of dropped ones. */
    int pages(int i) {
        return frames[i];
    }

    boolean writable(int i) {
        return writable[i];
    }
}
