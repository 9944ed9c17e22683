package io.mmulab.kernel.machine;

import io.mmulab.kernel.syscall.Mman;

/** An advice of madvise. */
public enum Advice {
    /** Contents are not needed: pages go at once. */
    MADV_DONTNEED(Mman.MADV_DONTNEED),
    /** Contents may be freed lazily: pages stay, clean. */
    MADV_FREE(Mman.MADV_FREE),
    /** Will be needed soon. */
    MADV_WILLNEED(Mman.MADV_WILLNEED);

    private final int number;

    Advice(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
