package io.mmulab.kernel.machine;

import java.util.Set;

import io.mmulab.kernel.syscall.Mman;

/** A flag of mmap. */
public enum MapFlag {
    /** Changes are shared. */
    MAP_SHARED(Mman.MAP_SHARED),
    /** As MAP_SHARED of a file, and flags that are not known are refused: a type of its own, beside no other. */
    MAP_SHARED_VALIDATE(Mman.MAP_SHARED_VALIDATE),
    /** Changes are private: copy on write. */
    MAP_PRIVATE(Mman.MAP_PRIVATE),
    /** At this address, over whatever is there. */
    MAP_FIXED(Mman.MAP_FIXED),
    /** Not backed by a file. */
    MAP_ANONYMOUS(Mman.MAP_ANONYMOUS),
    /** A stack: grows down on a fault just below. */
    MAP_GROWSDOWN(Mman.MAP_GROWSDOWN),
    /** Locked in memory, and faulted in at once. */
    MAP_LOCKED(Mman.MAP_LOCKED),
    /** Not charged against overcommit. */
    MAP_NORESERVE(Mman.MAP_NORESERVE),
    /** Faulted in at once. */
    MAP_POPULATE(Mman.MAP_POPULATE),
    /** At this address, if nothing is there. */
    MAP_FIXED_NOREPLACE(Mman.MAP_FIXED_NOREPLACE);

    private final int bit;

    MapFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<MapFlag> set) {
        int bits = 0;
        for (MapFlag flag : set) {
            bits |= flag.bit;
        }
        return bits;
    }
}
