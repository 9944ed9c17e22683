package io.mmulab.kernel.machine;

import java.util.Set;

import io.mmulab.kernel.syscall.Mman;

/** A flag of mremap. */
public enum RemapFlag {
    /** May move if it cannot grow in place. */
    MREMAP_MAYMOVE(Mman.MREMAP_MAYMOVE),
    /** To the new address, over whatever is there. */
    MREMAP_FIXED(Mman.MREMAP_FIXED),
    /** The pages move, the old mapping stays, empty. */
    MREMAP_DONTUNMAP(Mman.MREMAP_DONTUNMAP);

    private final int bit;

    RemapFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<RemapFlag> set) {
        int bits = 0;
        for (RemapFlag flag : set) {
            bits |= flag.bit;
        }
        return bits;
    }
}
