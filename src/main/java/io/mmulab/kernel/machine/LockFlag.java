package io.mmulab.kernel.machine;

import java.util.Set;

import io.mmulab.kernel.syscall.Mman;

/** A flag of mlockall. */
public enum LockFlag {
    /** What is mapped. */
    MCL_CURRENT(Mman.MCL_CURRENT),
    /** What will be mapped. */
    MCL_FUTURE(Mman.MCL_FUTURE),
    /** Pages are locked when they are faulted in. */
    MCL_ONFAULT(Mman.MCL_ONFAULT);

    private final int bit;

    LockFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<LockFlag> set) {
        int bits = 0;
        for (LockFlag flag : set) {
            bits |= flag.bit;
        }
        return bits;
    }
}
