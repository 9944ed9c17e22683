package io.mmulab.kernel.machine;

import java.util.Set;

import io.mmulab.kernel.syscall.Mman;

/** A right that mmap and mprotect grant; none of them is PROT_NONE. */
public enum Prot {
    /** Pages may be read. */
    PROT_READ(Mman.PROT_READ),
    /** Pages may be written. */
    PROT_WRITE(Mman.PROT_WRITE),
    /** Pages may be executed. */
    PROT_EXEC(Mman.PROT_EXEC);

    private final int bit;

    Prot(int bit) {
        this.bit = bit;
    }

    static int bits(Set<Prot> set) {
        int bits = 0;
        for (Prot prot : set) {
            bits |= prot.bit;
        }
        return bits;
    }
}
