package io.mmulab.kernel.machine;

import java.util.Set;

import io.mmulab.kernel.syscall.Mman;

/** A flag of msync. */
public enum SyncFlag {
    /** Start writing. */
    MS_ASYNC(Mman.MS_ASYNC),
    /** Other mappings of the file are to see it. */
    MS_INVALIDATE(Mman.MS_INVALIDATE),
    /** Write, and wait. */
    MS_SYNC(Mman.MS_SYNC);

    private final int bit;

    SyncFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<SyncFlag> set) {
        int bits = 0;
        for (SyncFlag flag : set) {
            bits |= flag.bit;
        }
        return bits;
    }
}
