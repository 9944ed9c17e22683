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
    /** Huge pages; of the default size unless another flag says otherwise. */
    MAP_HUGETLB(Mman.MAP_HUGETLB),
    /** Huge pages of 64 KiB. */
    MAP_HUGE_64KB(Mman.MAP_HUGETLB | 16 << Mman.MAP_HUGE_SHIFT),
    /** Huge pages of 2 MiB. */
    MAP_HUGE_2MB(Mman.MAP_HUGETLB | 21 << Mman.MAP_HUGE_SHIFT),
    /** Huge pages of 32 MiB. */
    MAP_HUGE_32MB(Mman.MAP_HUGETLB | 25 << Mman.MAP_HUGE_SHIFT),
    /** Huge pages of 1 GiB. */
    MAP_HUGE_1GB(Mman.MAP_HUGETLB | 30 << Mman.MAP_HUGE_SHIFT),
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
